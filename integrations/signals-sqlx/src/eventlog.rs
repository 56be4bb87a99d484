//! The table of the event log.

use std::sync::Arc;
use std::time::SystemTime;

use signals_builtin::eventlog::stored::{StoredError, read_key, read_time, write_key, write_time};
use signals_builtin::eventlog::{Log, Store};
use signals_core::signal::BoxFuture;
use signals_core::{BoxError, PrimaryKey, state};
use sqlx::Pool;
use sqlx::types::chrono::{DateTime, Utc};

use crate::{Backend, Handle};

/// The event log in a table, `eventlog_log`: a [`Store`] for
/// [`eventlog::provide`](signals_builtin::eventlog::provide).
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use serde_json::json;
/// use signals_builtin::eventlog;
/// use signals_sqlx::EventLog;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), signals_core::BoxError> {
/// # let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
/// let table = EventLog::new(pool);
/// table.create_table().await?;
/// eventlog::provide(table)?;
///
/// let log = eventlog::log(None, "SERVER_STARTED", json!({ "port": 8000 })).await?;
/// assert_eq!(log.id, Some(1));
/// # Ok(()) }
/// # main().unwrap();
/// # }
/// ```
///
/// In what a [`Tx`](crate::Tx) of the same pool sends, and within [`Tx::lend`](crate::Tx::lend), a row
/// is part of the transaction, and [`users_since`](Store::users_since) sees it. Within
/// [`Tx::run`](crate::Tx::run), which keeps the connection, both are an error.
///
/// Keys and times are stored as in [`stored`](signals_builtin::eventlog::stored), a time in SQLite as
/// RFC 3339 in UTC. It is the table of `signals_sea_orm::eventlog`.
#[derive(Debug)]
pub struct EventLog<DB: Backend>(Pool<DB>);

impl<DB: Backend> EventLog<DB> {
    /// The table in the database of this pool.
    pub fn new(pool: Pool<DB>) -> Self {
        Self(pool)
    }

    /// The statements that make the table and its indexes, for migrations of one's own.
    pub fn schema() -> &'static [&'static str] {
        DB::EVENT_LOG
    }

    /// Makes the table, if it is not there.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn create_table(&self) -> sqlx::Result<()> {
        let mut connection = self.0.acquire().await?;
        for statement in DB::EVENT_LOG {
            DB::execute(&mut connection, statement).await?;
        }
        Ok(())
    }

    /// The newest rows, the newest first. Of the pool, whatever transaction is open: one that has the
    /// pool's only connection has to be over first.
    ///
    /// # Errors
    ///
    /// The database's, or a row that is none of this store's.
    pub async fn latest(&self, limit: u32) -> Result<Vec<Log>, BoxError> {
        let mut connection = self.0.acquire().await?;
        let rows = DB::latest(&mut connection, limit.into()).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The transaction of this pool that is open here. While it has the only connection, the pool has
    /// none.
    fn transaction(&self) -> Option<state::State<Handle<DB>>> {
        state::get::<Handle<DB>>().filter(|handle| handle.is_transaction_of(&self.0))
    }

    async fn write(&self, mut log: Log) -> Result<Log, BoxError> {
        let row = Row::of(&log)?;
        log.timestamp = read_time(row.timestamp.timestamp_micros())?;
        let id = match self.transaction() {
            Some(handle) => DB::insert(&mut *handle.lock().await?, row).await?,
            None => DB::insert(&mut *self.0.acquire().await?, row).await?,
        };
        log.id = Some(id);
        Ok(log)
    }
}

impl<DB: Backend> Clone for EventLog<DB> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<DB: Backend> Store for EventLog<DB> {
    fn insert(&self, log: Log) -> BoxFuture<'_, Result<Log, BoxError>> {
        Box::pin(self.write(log))
    }

    fn users_since(&self, since: SystemTime) -> BoxFuture<'_, Result<Vec<PrimaryKey>, BoxError>> {
        Box::pin(async move {
            let since = utc(since)?;
            let users = match self.transaction() {
                Some(handle) => DB::users_since(&mut *handle.lock().await?, since).await?,
                None => DB::users_since(&mut *self.0.acquire().await?, since).await?,
            };
            users.iter().map(|user| Ok(read_key(user)?)).collect()
        })
    }
}

/// A row in the types that every database has.
#[doc(hidden)]
#[derive(Debug)]
pub struct Row {
    pub(crate) id: i64,
    pub(crate) user: Option<String>,
    pub(crate) timestamp: DateTime<Utc>,
    pub(crate) action: String,
    pub(crate) content_type: Option<String>,
    pub(crate) object_id: Option<String>,
    pub(crate) extra: String,
}

impl Row {
    fn of(log: &Log) -> Result<Self, BoxError> {
        Ok(Self {
            id: 0,
            user: log.user.as_ref().map(write_key),
            timestamp: utc(log.timestamp)?,
            action: log.action.clone(),
            content_type: log.content_type.clone(),
            object_id: log.object_id.as_ref().map(write_key),
            extra: log.extra.to_string(),
        })
    }

    fn read(self) -> Result<Log, BoxError> {
        let mut log = Log::new(self.action);
        log.id = Some(self.id);
        log.user = self.user.as_deref().map(read_key).transpose()?;
        log.timestamp = read_time(self.timestamp.timestamp_micros())?;
        log.content_type = self.content_type;
        log.object_id = self.object_id.as_deref().map(read_key).transpose()?;
        log.extra = serde_json::from_str(&self.extra)?;
        Ok(log)
    }
}

fn utc(time: SystemTime) -> Result<DateTime<Utc>, StoredError> {
    DateTime::from_timestamp_micros(write_time(time)?).ok_or(StoredError::Time(time))
}

/// Whether two pools are the same one: pools themselves do not say.
pub(crate) fn is_same<DB: Backend>(left: &Pool<DB>, right: &Pool<DB>) -> bool {
    Arc::ptr_eq(&left.connect_options(), &right.connect_options())
}
