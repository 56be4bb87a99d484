//! Transactions, writes, connections and migrations of [sqlx] that send signals.
#![forbid(unsafe_code)]

mod backend;
mod connect;
mod eventlog;
#[cfg(feature = "migrate")]
mod migrate;
mod tx;

pub use signals_builtin as builtin;
pub use signals_core as core;

pub use self::backend::Backend;
pub use self::connect::connected;
pub use self::eventlog::EventLog;
#[cfg(feature = "migrate")]
pub use self::migrate::{Migrations, migrate};
pub use self::tx::{
    CommitError, Committed, Handle, HandleError, Locked, Tx, atomic, begin, begin_with,
};
