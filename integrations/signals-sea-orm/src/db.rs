//! A database, whose writes send signals.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, Statement, StreamTrait, TransactionError, TransactionOptions, TransactionTrait,
};

use crate::handle::Handle;
use crate::txn::{Txn, as_its_handle};

/// A connection that sends signals: a [`Db`], a [`Txn`] or a [`Handle`].
///
/// A wrapper of one that begins the same transactions can be one as well.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` has no transactions that signals belong to",
    label = "wrap the connection: `signals_sea_orm::Db::new(\"default\", connection)`"
)]
pub trait SignalConnection: TransactionTrait<Transaction = Txn> {}

impl SignalConnection for Db {}
impl SignalConnection for Txn {}
impl SignalConnection for Handle {}

/// A database: SeaORM's connection, with an alias. Cheap to clone.
///
/// It is a connection for all that SeaORM does. What is written with it sends signals with all their
/// arguments; its transactions are [`Txn`]s, and `on_commit` receivers wait for them.
///
/// ```no_run
/// use sea_orm::Database;
/// use signals_sea_orm::Db;
///
/// # tokio_test(async {
/// let db = Db::new("default", Database::connect("sqlite::memory:").await?);
/// # Ok::<(), sea_orm::DbErr>(()) }).unwrap();
/// # fn tokio_test<F: Future>(f: F) -> F::Output {
/// #     tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(f)
/// # }
/// ```
///
/// Functions that ask for SeaORM's own get [`connection`](Self::connection). What is written with that
/// has not passed through here; see [bare connections](crate#bare-connections).
#[derive(Clone)]
pub struct Db {
    handle: Handle,
}

impl Db {
    /// The database with this alias: `using` of its signals. Where there is only one, call it
    /// [`DEFAULT_DB`](signals_builtin::models::DEFAULT_DB).
    pub fn new(using: impl Into<Arc<str>>, connection: DatabaseConnection) -> Self {
        Self {
            handle: Handle::pool(using.into(), false, connection),
        }
    }

    /// The same database, for what comes as it is from a fixture: its signals have `raw`.
    #[must_use]
    pub fn raw(&self) -> Self {
        Self {
            handle: self.handle.with_raw(true),
        }
    }

    /// The alias of the database.
    pub fn using(&self) -> &str {
        self.handle.using()
    }

    /// A handle of it, as receivers get it where there is no transaction.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// SeaORM's own connection.
    pub fn connection(&self) -> &DatabaseConnection {
        self.handle.connection()
    }

    /// Runs `work` in a transaction, and in its [scope](Txn::scope): committed if it returns `Ok`,
    /// rolled back if not.
    ///
    /// [`TransactionTrait::transaction`] without the box.
    ///
    /// # Errors
    ///
    /// What `work` returns, or what the database or a `before_commit` receiver says.
    pub async fn transaction_async<F, T, E>(&self, work: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Txn) -> Result<T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let txn = self.begin().await.map_err(TransactionError::Connection)?;
        let done = txn.scope(work(&txn)).await;
        txn.end_as(done).await
    }

    /// [`transaction_async`](Self::transaction_async), with an isolation level and an access mode.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn transaction_with_config_async<F, T, E>(
        &self,
        work: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Txn) -> Result<T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let begun = self.begin_with_config(isolation_level, access_mode).await;
        let txn = begun.map_err(TransactionError::Connection)?;
        let done = txn.scope(work(&txn)).await;
        txn.end_as(done).await
    }
}

as_its_handle!(Db);

impl StreamTrait for Db {
    type Stream<'a> = <DatabaseConnection as StreamTrait>::Stream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.handle)
    }

    fn stream_raw<'a>(
        &'a self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        self.connection().stream_raw(statement)
    }
}

impl AsRef<DatabaseConnection> for Db {
    fn as_ref(&self) -> &DatabaseConnection {
        self.connection()
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("using", &self.using())
            .finish_non_exhaustive()
    }
}
