//! What holds on every database: `crate::db` says which one.

mod cancelled;
mod support;
mod transactions;
mod writes;
