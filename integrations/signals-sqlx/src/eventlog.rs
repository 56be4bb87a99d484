//! The table of the event log.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use signals_builtin::eventlog::{Log, Store};
use signals_core::signal::BoxFuture;
use signals_core::{BoxError, PrimaryKey, state};
use sqlx::Pool;

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
/// is part of the transaction. Within [`Tx::run`](crate::Tx::run), which keeps the connection, it is an
/// error.
///
/// Users and objects are stored as their keys in JSON: a number as it is, a text with its quotes, a
/// composite key as a list. Times are exact to the microsecond.
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

    /// The newest rows, the newest first. Of the pool, whatever transaction is open.
    ///
    /// # Errors
    ///
    /// The database's, or a row that is none of this store's.
    pub async fn latest(&self, limit: u32) -> Result<Vec<Log>, BoxError> {
        let mut connection = self.0.acquire().await?;
        let rows = DB::latest(&mut connection, limit.into()).await?;
        rows.into_iter().map(Row::read).collect()
    }

    async fn write(&self, mut log: Log) -> Result<Log, BoxError> {
        let row = Row::of(&log)?;
        log.timestamp = time(row.timestamp);
        let id = match state::get::<Handle<DB>>() {
            Some(handle) if handle.is_transaction_of(&self.0) => {
                DB::insert(&mut *handle.lock().await?, row).await?
            }
            _ => DB::insert(&mut *self.0.acquire().await?, row).await?,
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
            let mut connection = self.0.acquire().await?;
            let users = DB::users_since(&mut connection, micros(since)?).await?;
            users.iter().map(|user| read_key(user)).collect()
        })
    }
}

/// A row in the types that every database has.
#[doc(hidden)]
#[derive(Debug)]
pub struct Row {
    pub(crate) id: i64,
    pub(crate) user: Option<String>,
    /// In microseconds since 1970.
    pub(crate) timestamp: i64,
    pub(crate) action: String,
    pub(crate) content_type: Option<String>,
    pub(crate) object_id: Option<String>,
    pub(crate) extra: String,
}

impl Row {
    fn of(log: &Log) -> Result<Self, BoxError> {
        Ok(Self {
            id: 0,
            user: log.user.as_ref().map(write_key).transpose()?,
            timestamp: micros(log.timestamp)?,
            action: log.action.clone(),
            content_type: log.content_type.clone(),
            object_id: log.object_id.as_ref().map(write_key).transpose()?,
            extra: log.extra.to_string(),
        })
    }

    fn read(self) -> Result<Log, BoxError> {
        let mut log = Log::new(self.action);
        log.id = Some(self.id);
        log.user = self.user.as_deref().map(read_key).transpose()?;
        log.timestamp = time(self.timestamp);
        log.content_type = self.content_type;
        log.object_id = self.object_id.as_deref().map(read_key).transpose()?;
        log.extra = serde_json::from_str(&self.extra)?;
        Ok(log)
    }
}

fn micros(time: SystemTime) -> Result<i64, BoxError> {
    let micros = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros())?,
        Err(before) => -i64::try_from(before.duration().as_micros())?,
    };
    Ok(micros)
}

fn time(micros: i64) -> SystemTime {
    let distance = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 {
        UNIX_EPOCH - distance
    } else {
        UNIX_EPOCH + distance
    }
}

fn write_key(key: &PrimaryKey) -> Result<String, BoxError> {
    fn json(key: &PrimaryKey) -> Result<Value, BoxError> {
        Ok(match key {
            PrimaryKey::Int(key) => match (i64::try_from(*key), u64::try_from(*key)) {
                (Ok(key), _) => key.into(),
                (_, Ok(key)) => key.into(),
                _ => return Err(format!("the key {key} does not fit into 64 bits").into()),
            },
            PrimaryKey::Text(key) => key.as_str().into(),
            PrimaryKey::Composite(keys) => keys.iter().map(json).collect::<Result<_, _>>()?,
            _ => return Err(format!("a key of this kind cannot be stored: {key}").into()),
        })
    }
    json(key).map(|key| key.to_string())
}

fn read_key(text: &str) -> Result<PrimaryKey, BoxError> {
    fn key(value: Value) -> Result<PrimaryKey, BoxError> {
        match value {
            Value::String(key) => Ok(key.into()),
            Value::Array(keys) => {
                let keys = keys.into_iter().map(key).collect::<Result<_, _>>();
                keys.map(PrimaryKey::Composite)
            }
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(key), _) => Ok(key.into()),
                (_, Some(key)) => Ok(key.into()),
                _ => Err(format!("{number} is no key").into()),
            },
            other => Err(format!("{other} is no key").into()),
        }
    }
    key(serde_json::from_str(text)?)
}

/// Whether two pools are the same one: pools themselves do not say.
pub(crate) fn is_same<DB: Backend>(left: &Pool<DB>, right: &Pool<DB>) -> bool {
    Arc::ptr_eq(&left.connect_options(), &right.connect_options())
}
