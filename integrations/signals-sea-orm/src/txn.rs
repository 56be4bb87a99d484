//! A transaction of a database, with that of its signals.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, RuntimeErr, Statement, StreamTrait, TransactionError, TransactionOptions,
    TransactionSession, TransactionTrait,
};
use signals_core::ReceiverError;
use signals_core::transaction::CallbackErrors;

use crate::error::stopped;
use crate::handle::Handle;
use crate::run::to_its_end;

/// A transaction, or a savepoint of one.
///
/// What SeaORM's `DatabaseTransaction` is, and: signals that are sent by what is written with it
/// belong to it. Their `on_commit` receivers run after the outermost commit, and never after a
/// rollback. Dropped, it is rolled back.
///
/// A commit that has begun is brought to its end, with all `on_commit` receivers, also when its
/// future is dropped. A write that is cancelled between its statement and its signal (a
/// `tokio::time::timeout` around an `insert`) leaves a row that nobody was told of: the transaction
/// then refuses to be committed.
pub struct Txn {
    handle: Handle,
    // The only one that stays: a handle has it for the time of a statement.
    database: Option<Arc<DatabaseTransaction>>,
}

impl Txn {
    pub(crate) fn new(handle: Handle, database: Arc<DatabaseTransaction>) -> Self {
        Self {
            handle,
            database: Some(database),
        }
    }

    /// A handle of this transaction, as receivers get it.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The alias of the database.
    pub fn using(&self) -> &str {
        self.handle.using()
    }

    /// Runs `work` as part of this transaction, for signals that are not sent by a write: a signal
    /// of your own, [`transaction::on_commit`](signals_core::transaction::on_commit).
    ///
    /// What [`TransactionTrait::transaction`] is given runs so already; what follows a `begin` does
    /// not.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        self.handle.scope().run_async(work).await
    }

    /// Commits. What `on_commit` receivers fail with is logged.
    ///
    /// # Errors
    ///
    /// When a `before_commit` receiver fails, or the database does. It was rolled back.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.commit_and_tell().await.map(drop)
    }

    /// [`commit`](Self::commit), with what `on_commit` receivers failed with. It is committed all
    /// the same.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn commit_and_tell(self) -> Result<Vec<ReceiverError>, DbErr> {
        if let Err(error) = self.handle.before_commit().await {
            // They were logged, and the error that caused this is the one to tell.
            drop(self.rollback().await);
            return Err(stopped("a transaction", error));
        }
        to_its_end(self.end(End::Commit)).await
    }

    /// Rolls back.
    ///
    /// # Errors
    ///
    /// When the database does not answer. It is rolled back by the database then.
    pub async fn rollback(self) -> Result<(), DbErr> {
        to_its_end(self.end(End::RollBack)).await.map(drop)
    }

    async fn end(mut self, end: End) -> Result<Vec<ReceiverError>, DbErr> {
        let signals = self.handle.end().await;
        let database = self.database.take().and_then(Arc::into_inner);
        let (Some(signals), Some(database)) = (signals, database) else {
            return Err(internal("a transaction was ended twice"));
        };
        let around = self.handle.around();
        let committed = match end {
            End::Commit if self.handle.is_spoiled() => {
                drop(database.rollback().await);
                Err(internal(
                    "a write in this transaction was cancelled before its signal was sent, so it \
                     was rolled back; do not go on with a transaction after a timeout",
                ))
            }
            End::Commit if self.handle.has_failed() && is_aborted(&database).await => {
                drop(database.rollback().await);
                Err(internal(
                    "a statement in this transaction had failed, so PostgreSQL had aborted it, and \
                     it was rolled back; use a savepoint for what may fail",
                ))
            }
            End::Commit => database.commit().await.map(|()| true),
            End::RollBack => database.rollback().await.map(|()| false),
        };
        let (result, told) = match committed {
            Ok(true) => {
                let told = around.run(|| signals.committed_async());
                (Ok(()), told.await)
            }
            Ok(false) => {
                let told = around.run(|| signals.rolled_back_async());
                (Ok(()), told.await)
            }
            Err(error) => {
                let told = around.run(|| signals.rolled_back_async());
                (Err(error), told.await)
            }
        };
        result.map(|()| told.map_or_else(CallbackErrors::into_errors, |()| Vec::new()))
    }

    fn database(&self) -> Result<&DatabaseTransaction, DbErr> {
        let database = self.database.as_deref();
        database.ok_or_else(|| internal("the transaction is over"))
    }

    /// What [`TransactionTrait::transaction`] does.
    pub(crate) async fn run<F, T, E>(self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let done = self.scope(callback(&self)).await;
        self.end_as(done).await
    }

    /// Commits what went well, and rolls back what did not.
    pub(crate) async fn end_as<T, E>(self, done: Result<T, E>) -> Result<T, TransactionError<E>> {
        match done {
            Ok(value) => {
                self.commit().await.map_err(TransactionError::Connection)?;
                Ok(value)
            }
            Err(error) => {
                self.rollback()
                    .await
                    .map_err(TransactionError::Connection)?;
                Err(TransactionError::Transaction(error))
            }
        }
    }

    /// Runs `work` in a savepoint: committed if it returns `Ok`, rolled back if not.
    ///
    /// # Errors
    ///
    /// What `work` returns, or what the database says.
    pub async fn transaction_async<F, T, E>(&self, work: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> AsyncFnOnce(&'c Self) -> Result<T, E> + Send,
        T: Send,
        E: fmt::Display + fmt::Debug + Send,
    {
        let txn = self.begin().await.map_err(TransactionError::Connection)?;
        let done = txn.scope(work(&txn)).await;
        txn.end_as(done).await
    }
}

enum End {
    Commit,
    RollBack,
}

/// Whether PostgreSQL takes no more statements.
async fn is_aborted(database: &DatabaseTransaction) -> bool {
    ConnectionTrait::get_database_backend(database) == DbBackend::Postgres
        && database.execute_unprepared("SELECT 1").await.is_err()
}

fn internal(what: &str) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(what.to_owned()))
}

impl Drop for Txn {
    fn drop(&mut self) {
        // First the database, as far as that can be done here, then those who wait for it.
        let signals = self.handle.end_now();
        self.database = None;
        if let Some(signals) = signals {
            self.handle.around().run(|| drop(signals));
        }
    }
}

impl fmt::Debug for Txn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Txn")
            .field("using", &self.using())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl TransactionSession for Txn {
    async fn commit(self) -> Result<(), DbErr> {
        Self::commit(self).await
    }

    async fn rollback(self) -> Result<(), DbErr> {
        Self::rollback(self).await
    }
}

impl StreamTrait for Txn {
    type Stream<'a> = <DatabaseTransaction as StreamTrait>::Stream<'a>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.handle)
    }

    fn stream_raw<'a>(
        &'a self,
        statement: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            self.handle
                .noted(self.database()?.stream_raw(statement).await)
        })
    }
}

/// All of them are asked to do what their handle does.
macro_rules! as_its_handle {
    ($($connection:ty),*) => {$(
        #[async_trait]
        impl ConnectionTrait for $connection {
            fn get_database_backend(&self) -> DbBackend {
                ConnectionTrait::get_database_backend(&self.handle)
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                self.handle.execute_raw(statement).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.handle.execute_unprepared(sql).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                self.handle.query_one_raw(statement).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.handle.query_all_raw(statement).await
            }

            fn support_returning(&self) -> bool {
                self.handle.support_returning()
            }

            fn is_mock_connection(&self) -> bool {
                self.handle.is_mock_connection()
            }
        }

        $crate::txn::begins_transactions!($connection, handle);
    )*};
}

macro_rules! begins_transactions {
    ($connection:ty $(, $handle:ident)?) => {
        #[async_trait]
        impl TransactionTrait for $connection {
            type Transaction = Txn;

            async fn begin(&self) -> Result<Txn, DbErr> {
                self.begin_with_options(TransactionOptions::default()).await
            }

            async fn begin_with_config(
                &self,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> Result<Txn, DbErr> {
                self.begin_with_options(TransactionOptions {
                    isolation_level,
                    access_mode,
                    ..TransactionOptions::default()
                })
                .await
            }

            async fn begin_with_options(&self, options: TransactionOptions) -> Result<Txn, DbErr> {
                self$(.$handle)?.begin_transaction(options).await
            }

            async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
            where
                F: for<'c> FnOnce(
                        &'c Txn,
                    )
                        -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
                    + Send,
                T: Send,
                E: fmt::Display + fmt::Debug + Send,
            {
                let txn = self.begin().await.map_err(TransactionError::Connection)?;
                txn.run(callback).await
            }

            async fn transaction_with_config<F, T, E>(
                &self,
                callback: F,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> Result<T, TransactionError<E>>
            where
                F: for<'c> FnOnce(
                        &'c Txn,
                    )
                        -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
                    + Send,
                T: Send,
                E: fmt::Display + fmt::Debug + Send,
            {
                let begun = self.begin_with_config(isolation_level, access_mode).await;
                begun.map_err(TransactionError::Connection)?.run(callback).await
            }
        }
    };
}

pub(crate) use {as_its_handle, begins_transactions};

as_its_handle!(Txn);
begins_transactions!(Handle);
