//! What holds on every database: `crate::db` says which one.

mod cancelled;
mod connections;
mod eventlog;
#[cfg(feature = "migrate")]
mod migrations;
pub(crate) mod support;
mod transactions;
mod writes;
