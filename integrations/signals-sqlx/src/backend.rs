//! The databases that this crate knows.

use std::future::Future;

use signals_builtin::db::AnyConnection;
use sqlx::Database;

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
}

mod sealed {
    pub trait Sealed {}

    #[cfg(feature = "sqlite")]
    impl Sealed for sqlx::Sqlite {}

    #[cfg(feature = "postgres")]
    impl Sealed for sqlx::Postgres {}
}

#[cfg(feature = "sqlite")]
impl Backend for sqlx::Sqlite {
    const VENDOR: &'static str = "sqlite";

    // SQLite's own commit says so when there is no transaction.
    async fn may_commit(_: &mut sqlx::SqliteConnection) -> sqlx::Result<()> {
        Ok(())
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
}
