//! The databases that this crate knows.

use std::future::Future;

use signals_builtin::db::AnyConnection;
use sqlx::Database;
use sqlx::types::chrono::{DateTime, Utc};

use crate::eventlog::Row;

/// A database that signals are sent for: `Sqlite` with the feature `sqlite`, `Postgres` with
/// `postgres`.
#[diagnostic::on_unimplemented(
    message = "signals-sqlx does not know the database `{Self}`",
    note = "switch on its feature: `signals-sqlx = {{ version = \"…\", features = [\"sqlite\"] }}`, or `\"postgres\"`"
)]
pub trait Backend: Database<Connection: AnyConnection> + sealed::Sealed {
    /// What kind of database it is, in Django's words: `"sqlite"`, `"postgresql"`.
    const VENDOR: &'static str;

    /// Whether a commit will be one. A database may answer "done" to the commit of a transaction
    /// that is over.
    #[doc(hidden)]
    fn may_commit(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;

    /// The statements that make the table of the event log.
    #[doc(hidden)]
    const EVENT_LOG: &'static [&'static str];

    #[doc(hidden)]
    fn execute(
        connection: &mut Self::Connection,
        statement: &'static str,
    ) -> impl Future<Output = sqlx::Result<()>> + Send;

    #[doc(hidden)]
    fn insert(
        connection: &mut Self::Connection,
        row: Row,
    ) -> impl Future<Output = sqlx::Result<i64>> + Send;

    #[doc(hidden)]
    fn latest(
        connection: &mut Self::Connection,
        limit: i64,
    ) -> impl Future<Output = sqlx::Result<Vec<Row>>> + Send;

    #[doc(hidden)]
    fn users_since(
        connection: &mut Self::Connection,
        since: DateTime<Utc>,
    ) -> impl Future<Output = sqlx::Result<Vec<String>>> + Send;
}

mod sealed {
    pub trait Sealed {}

    #[cfg(feature = "sqlite")]
    impl Sealed for sqlx::Sqlite {}

    #[cfg(feature = "postgres")]
    impl Sealed for sqlx::Postgres {}
}

/// The statements of the event log: the same calls, in the words of each database.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
macro_rules! event_log {
    ($connection:ty, insert: $insert:literal, latest: $latest:literal, users_since: $users:literal) => {
        async fn execute(
            connection: &mut $connection,
            statement: &'static str,
        ) -> sqlx::Result<()> {
            sqlx::Executor::execute(connection, statement)
                .await
                .map(drop)
        }

        async fn insert(connection: &mut $connection, row: Row) -> sqlx::Result<i64> {
            let insert = sqlx::query_scalar($insert)
                .bind(row.user)
                .bind(row.timestamp)
                .bind(row.action)
                .bind(row.content_type)
                .bind(row.object_id)
                .bind(row.extra);
            insert.fetch_one(connection).await
        }

        async fn latest(connection: &mut $connection, limit: i64) -> sqlx::Result<Vec<Row>> {
            use sqlx::Row as _;
            let rows = sqlx::query($latest)
                .bind(limit)
                .fetch_all(connection)
                .await?;
            rows.iter()
                .map(|row| {
                    Ok(Row {
                        id: row.try_get(0)?,
                        user: row.try_get(1)?,
                        timestamp: row.try_get(2)?,
                        action: row.try_get(3)?,
                        content_type: row.try_get(4)?,
                        object_id: row.try_get(5)?,
                        extra: row.try_get(6)?,
                    })
                })
                .collect()
        }

        async fn users_since(
            connection: &mut $connection,
            since: DateTime<Utc>,
        ) -> sqlx::Result<Vec<String>> {
            sqlx::query_scalar($users)
                .bind(since)
                .fetch_all(connection)
                .await
        }
    };
}

#[cfg(feature = "sqlite")]
impl Backend for sqlx::Sqlite {
    const VENDOR: &'static str = "sqlite";

    // SQLite's own commit says so when there is no transaction.
    async fn may_commit(_: &mut sqlx::SqliteConnection) -> sqlx::Result<()> {
        Ok(())
    }

    const EVENT_LOG: &'static [&'static str] = &[
        "CREATE TABLE IF NOT EXISTS eventlog_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id TEXT,
            timestamp TEXT NOT NULL, -- RFC 3339, in UTC
            action TEXT NOT NULL CHECK (length(action) <= 50),
            content_type TEXT,
            object_id TEXT,
            extra TEXT NOT NULL -- JSON
        )",
        "CREATE INDEX IF NOT EXISTS eventlog_log_timestamp ON eventlog_log (timestamp)",
        "CREATE INDEX IF NOT EXISTS eventlog_log_action ON eventlog_log (action)",
        "CREATE INDEX IF NOT EXISTS eventlog_log_user_id ON eventlog_log (user_id)",
    ];

    event_log! {
        sqlx::SqliteConnection,
        insert: "INSERT INTO eventlog_log
            (user_id, timestamp, action, content_type, object_id, extra)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        latest: "SELECT id, user_id, timestamp, action, content_type, object_id, extra
            FROM eventlog_log ORDER BY timestamp DESC, id DESC LIMIT $1",
        users_since: "SELECT DISTINCT user_id FROM eventlog_log
            WHERE timestamp >= $1 AND user_id IS NOT NULL ORDER BY user_id"
    }
}

#[cfg(feature = "postgres")]
impl Backend for sqlx::Postgres {
    const VENDOR: &'static str = "postgresql";

    // The commit of a transaction in which a statement failed is a rollback, and not an error; that
    // without a transaction is a warning. A savepoint is an error in both.
    async fn may_commit(connection: &mut sqlx::PgConnection) -> sqlx::Result<()> {
        use sqlx::Executor;
        connection.execute("SAVEPOINT _signals_commit").await?;
        Ok(())
    }

    const EVENT_LOG: &'static [&'static str] = &[
        "CREATE TABLE IF NOT EXISTS eventlog_log (
            id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
            user_id TEXT,
            timestamp TIMESTAMPTZ NOT NULL,
            action VARCHAR(50) NOT NULL,
            content_type TEXT,
            object_id TEXT,
            extra JSONB NOT NULL
        )",
        "CREATE INDEX IF NOT EXISTS eventlog_log_timestamp ON eventlog_log (timestamp)",
        "CREATE INDEX IF NOT EXISTS eventlog_log_action ON eventlog_log (action)",
        "CREATE INDEX IF NOT EXISTS eventlog_log_user_id ON eventlog_log (user_id)",
    ];

    event_log! {
        sqlx::PgConnection,
        insert: "INSERT INTO eventlog_log
            (user_id, timestamp, action, content_type, object_id, extra)
            VALUES ($1, $2, $3, $4, $5, $6::jsonb)
            RETURNING id",
        latest: "SELECT id, user_id, timestamp, action, content_type, object_id, extra::TEXT
            FROM eventlog_log ORDER BY timestamp DESC, id DESC LIMIT $1",
        users_since: "SELECT DISTINCT user_id FROM eventlog_log
            WHERE timestamp >= $1 AND user_id IS NOT NULL ORDER BY user_id"
    }
}
