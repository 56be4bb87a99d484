//! A log of what users did, in a table: `pinax.eventlog`.
//!
//! # What is the event log?
//!
//! One row for each thing that somebody did and that somebody else may ask for later: who, when,
//! what, to which object, and whatever else belongs to it. [`log`] writes one:
//!
//! ```
//! use serde_json::json;
//! use signals_builtin::eventlog::{self, Log, LogError, MemoryStore, event_logged};
//! use signals_core::{Model, receiver, state};
//!
//! #[derive(Debug, Model)]
//! struct User { id: i64 }
//!
//! #[receiver(event_logged)]
//! fn watch(log: &Log) {
//!     if log.action == "PASSWORD_CHANGED" {
//!         println!("{:?} has a new password", log.user);
//!     }
//! }
//!
//! async fn change_password(user: &User) -> Result<(), LogError> {
//!     // …
//!     eventlog::log(Some(user), "PASSWORD_CHANGED", json!({ "by": "mail" })).await?;
//!     Ok(())
//! }
//!
//! // Once, in `main`; with the store of an adapter.
//! eventlog::provide(MemoryStore::default())?;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(change_password(&User { id: 7 }))?;
//! # Ok::<(), signals_core::BoxError>(())
//! ```
//!
//! Where the rows go is up to the [`Store`], which an adapter for a database brings along. The row is
//! part of the transaction that is open, if the store sees to that.
//!
//! The names are those of [pinax-eventlog](https://github.com/pinax/pinax-eventlog). Its mixin for
//! views has no counterpart: call [`log`] where the view has done its work.

mod entry;
mod error;
mod memory;
mod row;
mod store;
pub mod stored;

use signals_core::signal;

pub use self::entry::{Entry, log};
pub use self::error::LogError;
pub use self::memory::MemoryStore;
pub use self::row::Log;
pub use self::store::{EventStore, Store, provide, users_since};

signal! {
    /// Something was written to the event log.
    ///
    /// Sent by [`log`], once for each row, after the insert, within the transaction that it is part
    /// of, to receivers one after another; async ones are awaited. A row that is stored in another way
    /// sends nothing. With an error, receivers stop the caller, and the row is there.
    ///
    /// The sender is the type [`Log`].
    ///
    /// - `log` is what was written. Receivers may change it: the row stays as it is stored, and the
    ///   caller gets what they made of it.
    ///
    /// As the `event_logged` of [pinax-eventlog](https://github.com/pinax/pinax-eventlog), whose argument
    /// is called `event`.
    pub event_logged(sender, log: &mut Log);
}
