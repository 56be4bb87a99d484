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
//! named once in the program, `use shop_mail as _;`.
//!
//! # The life of a send
//!
//! Declared ([`signal`](mod@signal)), sent by somebody ([`sender`], [`model`]) to those who listen
//! ([`receiver`](mod@receiver), [`connect`]), answered ([`responses`]) or failed ([`error`]),
//! with what the application hands to its receivers ([`state`]), and looked at ([`signals`],
//! [`check`](fn@check)).

// `signal!` and `#[receiver]` say `signals_core`; so can this crate's own examples.
extern crate self as signals_core;

mod catalog;
pub mod check;
mod concurrent;
pub mod connect;
mod depth;
pub mod error;
pub mod model;
mod order;
mod pull;
pub mod receiver;
mod registry;
pub mod responses;
pub mod runtime;
mod send;
mod send_async;
pub mod sender;
pub mod signal;
pub mod state;
mod table;

pub use catalog::signals;
pub use check::{Finding, check};
pub use concurrent::Concurrent;
pub use connect::{Connect, Connection};
pub use depth::{recursion_limit, set_recursion_limit};
pub use error::{AlreadyConnected, BoxError, ReceiverError, SendError, SendErrorKind};
pub use model::{AnyModel, Model, ModelView, PrimaryKey, ToPrimaryKey, any_model};
pub use pull::Pull;
pub use receiver::{IntoAnswer, ReceiverInfo, ReceiverRef};
pub use responses::{Delivered, Response, Responses, RobustDelivered, RobustResponses};
pub use sender::{Sender, SenderId, SenderLabel};
pub use signal::{
    AnySignal, ArgInfo, BoxFuture, HasSender, MutSpec, SentBy, SharedSpec, Signal, SignalInfo, Spec,
};
pub use signals_macros::{Model, receiver};

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
/// `Copy` type, or `&mut T` where `T` borrows nothing. Lifetimes are left out. All of them are
/// `Send + Sync`. Nothing is cloned and nothing has to be `'static`.
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
    pub use crate::catalog::*;
    pub use crate::model::downcast;
    pub use crate::receiver::{Handler, Name, Receiver, SenderFilter, StateNeed, When, label};
    pub use crate::signal::{AnySender, Arguments, OwnedArg, SenderIs};
    pub use crate::state::{need, take};
    pub use inventory;
    #[cfg(not(target_family = "wasm"))]
    pub use linkme;
    pub use signals_macros::declare;
}
