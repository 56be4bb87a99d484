//! Django's model signals for SeaORM: who saves a row tells those who listen.
//!
//! # What is added?
//!
//! A [`Db`] around the connection, and [`#[model]`](macro@model) on the one `impl` that every entity has:
//!
//! ```
//! mod user {
//!     use sea_orm::entity::prelude::*;
//!
//!     #[sea_orm::model]
//!     #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
//!     #[sea_orm(table_name = "user")]
//!     pub struct Model {
//!         #[sea_orm(primary_key)]
//!         pub id: i32,
//!         pub name: String,
//!     }
//!
//!     #[signals_sea_orm::model]
//!     impl ActiveModelBehavior for ActiveModel {}
//! }
//!
//! use sea_orm::{ActiveModelTrait, ActiveValue, DbErr, Set};
//! use signals_builtin::models::{post_save, pre_save};
//! use signals_core::receiver;
//! use signals_sea_orm::Db;
//!
//! #[receiver(pre_save, sender = user::Entity)]
//! fn trim(instance: &mut user::ActiveModel) {
//!     if let ActiveValue::Set(name) = &mut instance.name {
//!         *name = name.trim().to_owned();
//!     }
//! }
//!
//! #[receiver(post_save, sender = user::Entity, on_commit)]
//! async fn welcome(instance: &user::Model, created: bool) {
//!     println!("{}, {created}", instance.name);
//! }
//!
//! async fn sign_up(name: &str, db: &Db) -> Result<user::Model, DbErr> {
//!     let user = user::ActiveModel { name: Set(name.to_owned()), ..Default::default() };
//!     user.insert(db).await
//! }
//! ```
//!
//! # What sends what
//!
//! | call | signals |
//! |---|---|
//! | `insert`, `update`, `save`, `update_without_returning`, nested saves | `pre_save`, `post_save` |
//! | `row.delete(db)`, SeaORM's `cascade_delete` | `pre_delete`, `post_delete` |
//! | [`m2m`] | `m2m_changed` |
//! | [`delete`], [`delete_each`](DeleteEach::delete_each) | `pre_delete`, `post_delete`, for each row and for what belongs to it |
//! | [`bulk_create`], [`bulk_update`], [`bulk_delete`] | `pre_bulk_…`, `post_bulk_…` |
//! | `connect` (with a driver) | `connection_created` |
//! | `Signaled` (feature `migration`) | `pre_migrate`, `post_migrate` |
//! | [`prepare`] | `class_prepared` |
//! | [`init`](fn@init), [`all_init`](Init::all_init) | `pre_init`, `post_init` |
//! | `signals_builtin::eventlog::log`, with [`eventlog`] as its table (feature `eventlog`) | `event_logged` |
//!
//! `Entity::insert(…).exec`, `update_many` and their like send nothing, for SeaORM calls no hook there;
//! nor does anything that the database does of its own accord.
//!
//! Around a save: the entity's own `before_save`, `pre_save`, the statement, `post_save`, the entity's
//! own `after_save`. A receiver that fails stops it there, with an error that [`send_error`] explains.
//!
//! # Transactions
//!
//! A [`Db`] begins [`Txn`]s. What is written with one sends its signals in it: a receiver gets its
//! [`Handle`] to write in the same transaction, and `on_commit` receivers run after the outermost commit,
//! see [`transaction`](signals_core::transaction).
//!
//! # When a future is dropped
//!
//! As when a client goes away. A write without a transaction that has begun, and a commit that has begun,
//! are brought to their end by the tokio runtime, with their signals. A transaction in which a write was
//! dropped half-way cannot be committed any more.
//!
//! # Bare connections
//!
//! Written with SeaORM's own `DatabaseConnection`, a row sends its signals with `using = "default"` and
//! without a [`Handle`]; dropped, they are lost. That is logged once for each entity. In SeaORM's own
//! `DatabaseTransaction`, a write for which a receiver waits for the commit is an error, unless a
//! transaction of [signals](signals_core::transaction) is open there.

// The macro says `signals_sea_orm`; so can this crate's own examples.
extern crate self as signals_sea_orm;

signals_core::__adapter!();

mod after;
mod bare;
mod bulk;
mod collect;
mod columns;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod connect;
mod db;
mod delete;
mod entity;
mod error;
#[cfg(feature = "eventlog")]
pub mod eventlog;
mod handle;
mod hooks;
mod init;
mod key;
#[doc(hidden)]
pub mod label;
mod links;
#[cfg(feature = "migration")]
mod migrate;
mod prepared;
mod probe;
mod run;
mod table;
mod txn;

pub use bulk::{bulk_create, bulk_delete, bulk_update};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use connect::connect;
pub use db::{Db, SignalConnection};
pub use delete::{DeleteEach, delete};
pub use entity::{Draft, SignalEntity};
pub use error::send_error;
pub use handle::Handle;
pub use init::{Init, init};
pub use links::{M2m, m2m};
#[cfg(feature = "migration")]
pub use migrate::{Migratable, Signaled};
pub use prepared::prepare;
/// Makes an entity send signals, and its own type their sender: on `impl ActiveModelBehavior for
/// ActiveModel`.
///
/// | key | meaning |
/// |---|---|
/// | `label = "shop.Order"` | the label; crate and module unless given: `shop::entity::order` is `shop.Order` |
/// | `crate = path` | where signals-sea-orm is, if it is not in Cargo.toml |
///
/// The entity is a [`Model`](signals_core::Model) then: `sender = user::Entity`, `instance:
/// &user::Model`, and in `pre_save` `instance: &mut user::ActiveModel`.
///
/// Hooks in the `impl` still run: `before_save` and `before_delete` before the signal, `after_save` and
/// `after_delete` after it. `#[async_trait]` goes below this attribute, or away.
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

/// The examples of the README, as tests.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
