//! Django's model signals for SeaORM.

// The macro says `signals_sea_orm`; so can this crate's own examples.
extern crate self as signals_sea_orm;

mod after;
mod bare;
mod bulk;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod connect;
mod db;
mod delete;
mod entity;
mod error;
mod handle;
mod hooks;
mod init;
mod key;
#[doc(hidden)]
pub mod label;
#[cfg(feature = "migration")]
mod migrate;
mod prepared;
mod links;
mod probe;
mod run;
mod txn;

pub use bulk::{bulk_create, bulk_delete, bulk_update};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use connect::connect;
pub use db::Db;
pub use delete::DeleteEach;
pub use entity::{Draft, SignalEntity};
pub use error::send_error;
pub use handle::Handle;
pub use init::{Init, init};
pub use links::{M2m, m2m};
#[cfg(feature = "migration")]
pub use migrate::Signaled;
pub use prepared::prepare;
pub use signals_sea_orm_macros::model;
pub use txn::Txn;

/// For the expansion of the macro only.
#[doc(hidden)]
pub mod __private {
    pub use crate::hooks::{OwnHooks, after_delete, after_save, before_delete, before_save};
    pub use crate::key::{of_draft, of_model};
    pub use crate::label;
    pub use crate::prepared::Prepared;
    pub use async_trait::async_trait;
    pub use sea_orm;
    pub use signals_core;
}
