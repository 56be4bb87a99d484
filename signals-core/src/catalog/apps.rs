//! What an application says about its crates.

/// Links crates for what they bring: their receivers, signals and models.
///
/// Rust loads only crates that are named somewhere in the code. A crate that is in Cargo.toml and
/// nowhere else is not part of the program, in any build profile, and its receivers silently do not
/// exist. So the application names its crates once, as Django's `INSTALLED_APPS` does:
///
/// ```
/// # extern crate signals_core as blog;
/// # extern crate signals_core as shop;
/// signals_core::installed_apps![blog, shop];
/// # fn main() {}
/// ```
///
/// It stands beside functions or inside of one. A crate that is not in Cargo.toml is a compile error.
/// The library of one's own package is such a crate, too, for its binaries and integration tests.
///
/// [`check`](fn@crate::check) then reports each of them that brought nothing. A crate is recognised by
/// its own name for itself, so one that is renamed in Cargo.toml is given with both:
/// `installed_apps![shop = "acme_shop"]`.
#[macro_export]
macro_rules! installed_apps {
    ($($app:ident $(= $name:literal)?),+ $(,)?) => {
        $($crate::__installed_app!($app $(= $name)?);)+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __installed_app {
    ($app:ident) => {
        $crate::__installed_app!($app = ::core::stringify!($app));
    };
    ($app:ident = $name:expr) => {
        const _: () = {
            use ::$app as _;

            $crate::__list_fact!($crate::__private::Fact::App($crate::__private::App {
                crate_name: $name,
                name: ::core::stringify!($app),
                module: ::core::module_path!(),
                file: ::core::file!(),
                line: ::core::line!(),
            }));
        };
    };
}

/// Makes the labels of senders known that are no derived models, so that [`check`](fn@crate::check)
/// tells a receiver's `sender = "shop.Till"` from a slip.
///
/// ```
/// use signals_core::{Sender, known_senders};
///
/// pub struct WebShop;
///
/// known_senders![Sender::of::<WebShop>(), Sender::named("till")];
/// # fn main() {}
/// ```
///
/// For a [`Model`](trait@crate::Model) that is written by hand, it is `Sender::model::<Order>()`.
#[macro_export]
macro_rules! known_senders {
    ($($sender:expr),+ $(,)?) => {
        $(const _: () = {
            $crate::__list_fact!($crate::__private::Fact::Sender {
                sender: $crate::__private::SenderFilter::Type(|| $sender),
                module: ::core::module_path!(),
            });
        };)+
    };
}
