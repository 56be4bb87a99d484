//! The event log in a table: a [`Store`] for [`eventlog::provide`](signals_builtin::eventlog::provide),
//! and the [`Entity`] of its rows.
//!
//! ```
//! use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
//! use signals_builtin::eventlog::provide;
//! use signals_sea_orm::Db;
//! use signals_sea_orm::eventlog::{self, Column, EventLog, Key};
//!
//! /// In `main`, with `eventlog::Migration` among the application's, or this.
//! async fn start(db: &Db) -> Result<(), signals_core::BoxError> {
//!     let table = EventLog::new(db.clone());
//!     table.create_table().await?;
//!     provide(table)?;
//!     Ok(())
//! }
//!
//! /// What the user did, the newest first.
//! async fn history(user: i32, page: u64, db: &Db) -> Result<Vec<eventlog::Model>, DbErr> {
//!     eventlog::Entity::find()
//!         .filter(Column::UserId.eq(Key::from(user)))
//!         .order_by_desc(Column::Timestamp)
//!         .order_by_desc(Column::Id)
//!         .paginate(db, 50)
//!         .fetch_page(page)
//!         .await
//! }
//! ```
//!
//! # Which transaction?
//!
//! In what a [`Txn`](crate::Txn) of the database with the same alias sends, and in its
//! [scope](crate::Txn::scope), a row is part of that transaction, and
//! [`users_since`](signals_builtin::eventlog::users_since) sees it. Everywhere else it is written by
//! the pool, at once: also between a `begin` and a `commit`, outside of the scope.
//!
//! # Which signals?
//!
//! `event_logged`, by [`eventlog::log`](signals_builtin::eventlog::log). The entity sends no
//! `pre_save` and no `post_save`: a receiver that logs every save would log its own rows, and never
//! come to an end.
//!
//! # What is in the table?
//!
//! That of `signals_sqlx::EventLog`: `eventlog_log`, on SQLite and PostgreSQL, with an index on the
//! time, the action and the user. A user's key is a [`Key`], with which no foreign key can be made; to
//! join the table of the users, compare with their keys as text, unless they are texts themselves.
//! Times in SQLite are compared as text: compare with a `DateTimeUtc`, not with another time zone.

mod entity;
#[cfg(feature = "migration")]
mod migration;

use std::time::SystemTime;

use sea_orm::sea_query::{
    Expr, ExprTrait, Func, Index, IndexCreateStatement, TableCreateStatement,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Schema,
};
use signals_builtin::eventlog::{Log, Store};
use signals_core::{BoxError, BoxFuture, state};

pub use self::entity::{ActiveModel, Column, Entity, Key, Model, PrimaryKey, Relation};
#[cfg(feature = "migration")]
pub use self::migration::Migration;
use crate::db::Db;
use crate::handle::Handle;

/// The event log in the table of an [`Entity`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EventLog {
    db: Db,
}

impl EventLog {
    /// The table in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Makes the table and its indexes, if they are not there; for those without migrations.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn create_table(&self) -> Result<(), DbErr> {
        self.db
            .execute(&table(self.db.get_database_backend()))
            .await?;
        for index in indexes() {
            self.db.execute(&index).await?;
        }
        Ok(())
    }

    /// The transaction that the caller is in, or the pool.
    fn connection(&self) -> Handle {
        match state::get::<Handle>() {
            Some(handle) if handle.is_transaction() && handle.using() == self.db.using() => {
                Handle::clone(&handle)
            }
            _ => self.db.handle().clone(),
        }
    }

    async fn write(&self, log: Log) -> Result<Log, BoxError> {
        let draft = ActiveModel::try_from(log)?;
        let row = draft.insert(&self.connection()).await?;
        Ok(row.try_into()?)
    }

    async fn users(&self, since: SystemTime) -> Result<Vec<signals_core::PrimaryKey>, BoxError> {
        let users: Vec<Key> = Entity::find()
            .select_only()
            .column(Column::UserId)
            .distinct()
            .filter(Column::Timestamp.gte(entity::utc(since)?))
            .filter(Column::UserId.is_not_null())
            .order_by_asc(Column::UserId)
            .into_tuple()
            .all(&self.connection())
            .await?;
        Ok(users.into_iter().map(|user| user.0).collect())
    }
}

impl Store for EventLog {
    fn insert(&self, log: Log) -> BoxFuture<'_, Result<Log, BoxError>> {
        Box::pin(self.write(log))
    }

    fn users_since(
        &self,
        since: SystemTime,
    ) -> BoxFuture<'_, Result<Vec<signals_core::PrimaryKey>, BoxError>> {
        Box::pin(self.users(since))
    }
}

fn table(backend: DbBackend) -> TableCreateStatement {
    let most = u32::try_from(Log::MAX_ACTION).unwrap_or(u32::MAX);
    let length = Expr::expr(Func::char_length(Expr::col(Column::Action)));
    Schema::new(backend)
        .create_table_from_entity(Entity)
        .if_not_exists()
        .check(length.lte(most))
        .take()
}

fn indexes() -> [IndexCreateStatement; 3] {
    let on = |name: &str, column| {
        let mut index = Index::create();
        index.name(name).table(Entity).col(column).if_not_exists();
        index
    };
    [
        on("eventlog_log_timestamp", Column::Timestamp),
        on("eventlog_log_action", Column::Action),
        on("eventlog_log_user_id", Column::UserId),
    ]
}
