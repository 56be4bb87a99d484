//! The macros of signals-core. Use them through that crate, which documents them.

mod core_path;
mod model;
mod names;
mod receiver;
mod signal;

use proc_macro::TokenStream;

/// The proc-macro half of `signals_core::signal!`.
#[doc(hidden)]
#[proc_macro]
pub fn declare(input: TokenStream) -> TokenStream {
    signal::expand(input.into()).into()
}

/// Registers a function as a receiver of one signal or several.
///
/// ```ignore
/// #[receiver(order_paid, sender = WebShop)]
/// fn send_receipt(order: &Order) -> Result<(), MailError> { … }
///
/// #[receiver([user_logged_in, user_logged_out], dispatch_uid = "audit")]
/// async fn audit(signal: &SignalInfo, sender: Sender, #[state] db: &Db) -> Result<(), DbError> { … }
/// ```
///
/// The function stays as it is and can be called by hand. Linking its crate into the program is all
/// it takes to be called when the signal is sent.
///
/// # Parameters
///
/// Each parameter is an argument of the signal, by name, in any order; those not named are left
/// out. `_name` takes `name`. Besides:
///
/// | parameter | gets |
/// |---|---|
/// | `sender: Sender` | who sends |
/// | `signal: &SignalInfo` | which signal it is |
/// | `event: &OrderPaid<'_>` | the whole payload; not beside an `&mut` argument |
/// | `#[state] db: &Db` | the value given to `state::provide` |
///
/// # Return type
///
/// The signal's answer `R`, or `Result<R, E>`, where `E` is anything that becomes a
/// `Box<dyn Error + Send + Sync>`. A signal without an answer has `R = ()`.
///
/// # Keys
///
/// | key | meaning |
/// |---|---|
/// | `sender = T` | only sends by `T`; arguments that belong to the sender have its type |
/// | `sender = "shop.WebShop"` | only sends by the sender with this name or label |
/// | `sender = [A, B, "c"]` | only sends by one of these |
/// | `dispatch_uid = "…"` | the receiver's key, in place of its path; one receiver for each key, signal and sender is called |
/// | `when = \|total: u64\| total > 9` | only if the closure of some arguments says so |
/// | `when = path` | only if the function of the payload, `fn(&OrderPaid<'_>) -> bool`, says so |
/// | `priority = 5` | higher runs earlier; 0 unless given |
/// | `before = "…"`, `after = ["…", "…"]` | runs before or after the receivers with this `dispatch_uid` or path (or end of a path) |
/// | `inline` | called by the send, at once; what happens anyway |
/// | `crate = path` | where signals-core is, if it is not in Cargo.toml |
///
/// # Order
///
/// Constraints first, then priority, then module path, line and column.
#[proc_macro_attribute]
pub fn receiver(args: TokenStream, item: TokenStream) -> TokenStream {
    receiver::expand(args.into(), item.into()).into()
}

/// Makes a plain struct a model: a type that sends signals about its instances.
///
/// The struct is its own instance and its own draft. It has to be `Debug`, `Send` and `Sync`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[model(label = "shop.Order")]` | the label; the crate and the type unless given |
/// | `#[model(pk = number)]` | the field with the primary key; `id` unless given |
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::expand(input.into()).into()
}
