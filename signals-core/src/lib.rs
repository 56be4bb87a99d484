//! Django's signals for Rust: typed, borrowed, found at link time, free when unused.
//!
//! # What are signals?
//!
//! "When an order is paid, send the receipt, tell the warehouse, book the revenue": three things
//! that the code which takes the payment should not know. It sends a [signal](signal!); functions
//! with [`#[receiver]`](macro@receiver), in any crate that is linked into the program, are called.
//!
//! ```
//! use signals_core::{receiver, signal};
//!
//! pub struct Order { pub id: u32 }
//!
//! signal! {
//!     /// Sent after an order has been paid.
//!     pub order_paid(order: &Order, total: u64);
//! }
//!
//! #[receiver(order_paid)]
//! fn send_receipt(order: &Order) {
//!     println!("a receipt for order {}", order.id);
//! }
//!
//! let order = Order { id: 7 };
//! order_paid.send(OrderPaid { order: &order, total: 4_200 })?;
//! # Ok::<(), signals_core::SendError>(())
//! ```
//!
//! There is no list of receivers and nothing to call in `main`. The one thing to know: Rust loads
//! only crates that are named somewhere. A crate whose receivers are all you want from it has to be
//! named once in the program: `installed_apps![shop_mail]`, see [`installed_apps!`].
//!
//! # The life of a send
//!
//! Declared ([`signal`](mod@signal)), sent by somebody ([`sender`], [`model`]) to those who listen
//! ([`receiver`](mod@receiver), [`connect`]), answered ([`responses`]) or failed ([`error`]),
//! with what the application hands to its receivers ([`state`]), now or after the commit
//! ([`transaction`]), in a [`scope`]; looked at ([`catalog`](fn@catalog), [`check`](fn@check),
//! [`cli`], [`recent`]) and tested ([`testing`]).

// `signal!` and `#[receiver]` say `signals_core`; so can this crate's own examples.
extern crate self as signals_core;

mod as_any;
pub mod catalog;
mod changes;
pub mod check;
pub mod cli;
mod concurrent;
pub mod connect;
mod depth;
pub mod error;
pub mod model;
mod order;
mod pull;
pub mod receiver;
pub mod recent;
mod registry;
pub mod responses;
pub mod runtime;
mod scene;
pub mod scope;
mod send;
mod send_async;
pub mod sender;
mod shown;
pub mod signal;
pub mod state;
mod sync;
mod table;
pub mod testing;
#[cfg(feature = "tracing")]
mod trace;
pub mod transaction;
mod watch;

pub use catalog::{Catalog, catalog, signals};
pub use check::{Finding, check};
pub use concurrent::Concurrent;
pub use connect::{Connect, Connection};
pub use depth::{recursion_limit, set_recursion_limit};
pub use error::{AlreadyConnected, BoxError, ReceiverError, SendError, SendErrorKind};
pub use model::{AnyModel, Model, ModelView, PrimaryKey, ToPrimaryKey, any_model};
pub use pull::Pull;
pub use receiver::{Guarantee, IntoAnswer, ReceiverInfo, ReceiverRef};
pub use responses::{Delivered, Response, Responses, RobustDelivered, RobustResponses};
pub use scope::{Scope, in_current_scope};
pub use sender::{Sender, SenderId, SenderLabel};
pub use signal::{
    AnySignal, ArgInfo, BoxFuture, HasSender, MutSpec, SentBy, SharedSpec, Signal, SignalInfo, Spec,
};
/// Makes a plain struct a model: a type that sends signals about its instances.
///
/// The struct is its own instance and its own draft. It has to be `Debug`, `Send` and `Sync`.
///
/// | attribute | meaning |
/// |---|---|
/// | `#[model(label = "shop.Order")]` | the label; the crate and the type unless given |
/// | `#[model(pk = number)]` | the field with the primary key; `id` unless given |
/// | `#[model(crate = path)]` | where signals-core is, if it is not in Cargo.toml |
pub use signals_macros::Model;

/// Registers a function as a receiver of one signal or several.
///
/// ```
/// use signals_core::{Sender, SignalInfo, receiver, signal};
///
/// # pub struct Order { id: u32 }
/// # struct WebShop;
/// # struct Db;
/// # #[derive(Debug)] struct MailError;
/// # impl std::fmt::Display for MailError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("mail") }
/// # }
/// # impl std::error::Error for MailError {}
/// signal! {
///     pub order_paid(sender, order: &Order, total: u64);
///     pub order_cancelled(sender, order: &Order);
/// }
///
/// #[receiver(order_paid, sender = WebShop)]
/// fn send_receipt(order: &Order) -> Result<(), MailError> {
///     println!("a receipt for {}", order.id);
///     Ok(())
/// }
///
/// #[receiver([order_paid, order_cancelled], dispatch_uid = "audit")]
/// async fn audit(signal: &SignalInfo, sender: Sender, #[state] db: &Db) {
///     // …
/// }
/// ```
///
/// The function stays as it is and can be called by hand. Linking its crate into the program is all
/// it takes to be called when the signal is sent.
///
/// Several attributes on one function are several registrations. Where it takes `#[state]`, all of
/// them have to be called `receiver`: the first takes it off.
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
/// | `#[state] db: Option<&Db>` | the same; `None` if nobody provided one |
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
/// | `on_commit` | called once the transaction is committed, with clones of its arguments |
/// | `before_commit`, `on_rollback` | likewise, at that time; see [`transaction`]. One attribute for each |
/// | `crate = path` | where signals-core is, if it is not in Cargo.toml |
///
/// # Order
///
/// Constraints first, then priority, then module path, line and column.
///
/// # What rustc says
///
/// A mistake is an error at the parameter or key that has it. Some are told in rustc's own words:
///
/// | error | meaning |
/// |---|---|
/// | no field `totl` on type `OrderPaidArguments` | the signal has no such argument |
/// | expected `&User`, found `&dyn AnyModel` | every model comes here; say `sender = User` |
/// | cannot find function `book`, at that very function | it is in an `impl`; a receiver stands outside of it |
/// | expected type, found function `order_paid` | what is named there is no signal |
/// | `dyn Write` is not `Send`, of an async receiver | its future goes from thread to thread; take `&mut (dyn Write + Send + Sync)`, as the signal has it |
pub use signals_macros::receiver;

/// Declares signals.
///
/// ```
/// use signals_core::{Model, signal};
/// # #[derive(Debug)] pub struct Order;
/// # pub struct Money(u64);
/// # pub struct Quote(u64);
///
/// signal! {
///     /// Sent after an order has been paid.
///     pub order_paid(sender, order: &Order, total: u64);
///
///     /// Asks every shipping partner for a price.
///     pub quote_requested(sender, weight: u32) -> Quote;
///
///     /// Sent before a model is written. Receivers may change it.
///     pub before_write<M: Model>(sender: M, instance: &mut M::Draft, using: &str);
///
///     /// Known elsewhere by a stable name.
///     #[signal(name = "shop.till_opened", version = 2)]
///     till_opened();
/// }
/// # fn main() {}
/// ```
///
/// `order_paid` becomes a static [`Signal`](struct@Signal), `OrderPaid<'_>` its payload, a plain
/// struct with public fields. Attributes and doc comments go to both.
///
/// # Arguments
///
/// An argument is `&T`, `&str`, `&[T]`, `Option<&T>`, `&dyn Trait` (`Send + Sync` are added), any
/// `Copy` type, or `&mut T` where `T` borrows nothing. All of them are `Send + Sync`. Nothing is cloned
/// and nothing has to be `'static`.
///
/// Lifetimes are left out. A type of your own that has one says so, as everywhere: `line: &Line<'_>`.
/// What is behind a lock or a `dyn` borrows nothing, because a lifetime in there cannot get shorter:
/// `&Mutex<Vec<String>>`, and no `&Mutex<Vec<&str>>`.
///
/// # Senders
///
/// `sender` in first place makes a signal whose sender the sending code names, with a
/// [`Sender`](struct@Sender). `sender: M` with `<M: Model>` makes one that is sent by models: the
/// arguments `&M`, `&mut M`, `Option<&M>`, or the same with `M::Instance` or `M::Draft`, belong to
/// the sender, and a receiver with `sender = User` gets them as what they are. Such a payload takes
/// its sender from the first of those arguments; only where there is none does it have a `sender`
/// field. Without `sender`, there is nothing to filter on.
///
/// # Answers
///
/// `-> R` makes each receiver answer an `R`, which owns what it holds.
#[macro_export]
macro_rules! signal {
    ($($signals:tt)*) => {
        $crate::__private::declare! { ($crate) $($signals)* }
    };
}

/// For the expansion of the macros only.
#[doc(hidden)]
pub mod __private {
    // What `use $crate as …` would be, which old compilers refuse.
    pub use crate as signals_core;
    pub use crate::as_any::AsAny;
    #[cfg(target_family = "wasm")]
    pub use crate::catalog::Listed;
    pub use crate::catalog::{App, Fact};
    #[cfg(not(target_family = "wasm"))]
    pub use crate::catalog::{SIGNALS_CORE_CATALOG, SIGNALS_CORE_FACTS};
    pub use crate::model::downcast;
    pub use crate::receiver::{
        Handler, Later, Name, Receiver, SenderFilter, Started, StateNeed, When, label,
        model_sender, start,
    };
    pub use crate::shown::{NotShown, Shown, ViaDebug, ViaNothing};
    pub use crate::signal::{AnySender, Arguments, OwnedArg, SenderIs, ThreadSafe, ThreadSafeDyn};
    pub use crate::state::{need, take};
    pub use crate::transaction::{Work, keep, keep_optional, lend_optional, told};
    pub use inventory;
    #[cfg(not(target_family = "wasm"))]
    pub use linkme;
    pub use signals_macros::{declare, install};
}

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
