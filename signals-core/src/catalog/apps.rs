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
/// It stands beside functions or inside of one, and names crates as `use` does. A crate that is not
/// in Cargo.toml is a compile error. For binaries and integration tests, the library of their own
/// package is such a crate, too.
///
/// [`check`](fn@crate::check) then reports each of them that brought nothing: no receiver, no signal
/// and no model. For this, a crate is known by what it calls itself. Where Cargo.toml renames it, its
/// own name is looked up there, in the workspace's Cargo.toml, and in that of a dependency with a
/// `path`. Only a crate from elsewhere that is renamed *and* whose library is not called like its
/// package is taken for another.
///
/// `signals check` of the [command line](crate::cli) also notes dependencies with a `path` that use
/// signals and of which nothing is there: crates that may have been forgotten here.
#[macro_export]
macro_rules! installed_apps {
    ($($apps:tt)*) => {
        $crate::__private::install! { ($crate) $($apps)* }
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

/// For adapters: says that this crate is linked. `signals check` does not ask then whether it was
/// forgotten, though it has no receivers.
#[doc(hidden)]
#[macro_export]
macro_rules! __adapter {
    () => {
        const _: () = {
            $crate::__list_fact!($crate::__private::Fact::Adapter(::core::module_path!()));
        };
    };
}

/// Says that this crate provides states of these types to the scope of the signals that it sends.
///
/// For adapters: receivers take such a state as `#[state] handle: &Handle`, and the application need
/// not provide it. So [`check`](fn@crate::check) does not report it as missing. It promises nothing
/// for a send by somebody else: there, such a receiver fails as with any state that nobody provided,
/// unless it takes an `Option<&Handle>`.
///
/// ```
/// use signals_core::scoped_states;
///
/// /// The connection that a signal was sent on.
/// pub struct Handle;
///
/// scoped_states![Handle];
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! scoped_states {
    ($($state:ty),+ $(,)?) => {
        $(const _: () = {
            $crate::__list_fact!($crate::__private::Fact::State(::core::any::TypeId::of::<$state>));
        };)+
    };
}
