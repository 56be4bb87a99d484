//! The suite on SQLite: in memory, and in a file where it takes several connections.

mod common;

mod db {
    use std::str::FromStr;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use signals_sqlx::connected;
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

    pub(crate) use sqlx::Sqlite as Db;
    pub(crate) use sqlx::SqliteConnection as Connection;

    pub(crate) const VENDOR: &str = "sqlite";
    pub(crate) const KEY: &str = "INTEGER PRIMARY KEY";
    pub(crate) async fn pool(connections: u32) -> Option<sqlx::SqlitePool> {
        pool_with(SqlitePoolOptions::new(), connections).await
    }

    pub(crate) async fn pool_with(
        options: SqlitePoolOptions,
        connections: u32,
    ) -> Option<sqlx::SqlitePool> {
        let options = connected(options.max_connections(connections), "default");
        let pool = if connections == 1 {
            let memory = SqliteConnectOptions::from_str("sqlite::memory:").unwrap();
            // Its only connection is the database.
            let options = options.idle_timeout(None).max_lifetime(None);
            options.connect_with(memory).await
        } else {
            options.connect_with(file()).await
        };
        Some(pool.unwrap())
    }

    fn file() -> SqliteConnectOptions {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = tempfile::Builder::new()
            .prefix("signals-sqlite")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .unwrap();
        let file = folder.keep().join(format!("{number}.db"));
        SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(30))
    }
}

#[path = "suite/mod.rs"]
mod suite;
