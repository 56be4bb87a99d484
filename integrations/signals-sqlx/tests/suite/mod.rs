//! What holds on every database: `crate::db` says which one.

mod cancelled;
mod connections;
mod eventlog;
mod migrations;
mod support;
mod transactions;
mod writes;
