//! Opening the database.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, DbErr, SqlErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use signals_sea_orm::{Db, Signaled, Txn};

use crate::migrations::Migrator;

/// The URL of a SQLite file, which is made if it is not there.
pub fn file(path: &Path) -> String {
    // `?` and `%` mean something in a URL.
    let path = path.to_string_lossy();
    let path = path.replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{path}?mode=rwc")
}

/// Opens the database of this URL, and brings its tables up to date.
///
/// # Errors
///
/// When that is not possible, or a receiver of `connection_created`, `pre_migrate` or `post_migrate`
/// has something against it.
pub async fn open(url: &str) -> Result<Db, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(Duration::from_secs(30))
        });
    let db = signals_sea_orm::connect("default", options).await?;
    Signaled::new(Migrator).up(&db, None).await?;
    Ok(db)
}

/// Begins a transaction that is going to write.
///
/// SQLite gives it the lock at its beginning, where it waits for it. One that starts by reading can be
/// refused in its middle.
///
/// # Errors
///
/// The database's.
pub async fn begin(db: &Db) -> Result<Txn, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}

/// Whether a row was refused because there is one with the same value in a unique column.
pub fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
