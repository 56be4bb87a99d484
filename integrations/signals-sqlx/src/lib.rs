//! [sqlx] that sends Django's signals.
//!
//! # What sends what?
//!
//! | signal | sent by |
//! |---|---|
//! | [`connection_created`](signals_builtin::db::connection_created) | a pool, when its options went through [`connected`] |
//! | [`pre_save`](signals_builtin::models::pre_save), [`post_save`](signals_builtin::models::post_save), [`pre_delete`](signals_builtin::models::pre_delete), [`post_delete`](signals_builtin::models::post_delete) | [`Tx::save`] and [`Tx::delete`]; without a transaction, [`Handle::save`] and [`Handle::delete`] |
//! | `on_commit`, `before_commit` and `on_rollback` receivers of any signal that is sent in a [`Tx`] | [`Tx::commit`], [`Tx::rollback`] |
//! | [`pre_migrate`](signals_builtin::management::pre_migrate), [`post_migrate`](signals_builtin::management::post_migrate) | [`migrate`](fn@migrate) |
//! | [`event_logged`](signals_builtin::eventlog::event_logged) | [`eventlog::log`](signals_builtin::eventlog::log), with the table [`EventLog`] |
//!
//! The SQL stays the application's own:
//!
//! ```
//! # #[cfg(feature = "sqlite")] {
//! use signals_builtin::models::{Write, post_save};
//! use signals_core::{Model, receiver};
//! use sqlx::sqlite::{SqliteConnection, SqlitePoolOptions};
//! use sqlx::{Executor, Row};
//!
//! #[derive(Clone, Debug, Model)]
//! struct User { id: i64, name: String }
//!
//! #[receiver(post_save, sender = User, on_commit)]
//! async fn welcome(instance: &User) {
//!     println!("a mail to {}", instance.name);
//! }
//!
//! async fn insert(user: User, db: &mut SqliteConnection) -> sqlx::Result<User> {
//!     let insert = sqlx::query("INSERT INTO user (name) VALUES ($1) RETURNING id").bind(&user.name);
//!     let id = insert.fetch_one(db).await?.get(0);
//!     Ok(User { id, ..user })
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), signals_core::BoxError> {
//! let options = signals_sqlx::connected(SqlitePoolOptions::new(), "default");
//! let pool = options.connect("sqlite::memory:").await?;
//! pool.execute("CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT)").await?;
//!
//! let mut tx = signals_sqlx::begin(&pool).await?;
//! let ada = User { id: 0, name: "Ada".into() };
//! let ada = tx.save(ada, Write::insert(), insert).await?;
//! assert_eq!(ada.id, 1);
//! tx.commit().await?;
//! // A mail to Ada.
//! # Ok(()) }
//! # main().unwrap();
//! # }
//! ```
//!
//! # Cancellation
//!
//! A future may be dropped anywhere, as axum does with a handler whose client is gone. Dropped before
//! its commit was begun, a transaction is rolled back. From then on the commit goes on as a task, and
//! what waits for it runs. What is dropped half-way *within* a transaction that lives on, a
//! [`save`](Tx::save) or the opening or the release of a savepoint, makes its [`commit`](Tx::commit)
//! an error: nobody knows what would be committed.
//!
//! Needs tokio, as its sqlx does here.
#![forbid(unsafe_code)]

signals_core::__adapter!();

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
pub use self::migrate::{MigrationError, Migrations, migrate};
pub use self::tx::{
    CommitError, Committed, Handle, HandleError, Locked, Tx, atomic, begin, begin_with,
};

/// The examples of the README, as tests.
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
