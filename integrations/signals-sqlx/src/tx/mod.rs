//! Transactions of the database, with the queue of what waits for their end.

mod error;
mod finish;

use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signals_builtin::models::{Delete, ModelExt, Write, WriteError, Written};
use signals_core::transaction::{CallbackErrors, Transaction};
use signals_core::{Model, ModelView, Scope};
use sqlx::{Connection, Pool, SqlSafeStr};

use self::finish::ToTheEnd;
use crate::Backend;

pub use self::error::{CommitError, Committed};

/// Begins a transaction on a connection of the pool.
///
/// # Errors
///
/// When there is no connection to be had, or the database refuses.
pub async fn begin<DB: Backend>(pool: &Pool<DB>) -> sqlx::Result<Tx<'static, DB>> {
    pool.begin().await.map(Tx::outermost)
}

/// [`begin`] by another statement than `BEGIN`, such as `BEGIN IMMEDIATE` (SQLite) or
/// `BEGIN ISOLATION LEVEL SERIALIZABLE` (PostgreSQL).
///
/// # Errors
///
/// As there.
pub async fn begin_with<DB: Backend>(
    pool: &Pool<DB>,
    statement: impl SqlSafeStr,
) -> sqlx::Result<Tx<'static, DB>> {
    pool.begin_with(statement).await.map(Tx::outermost)
}

/// Runs `work` in a transaction, in its [scope](Tx::scope): committed if it returns `Ok`, rolled back
/// if it returns `Err`, panics or is dropped.
///
/// # Errors
///
/// What `work` returns, or what prevented the beginning or the commit.
pub async fn atomic<DB, T, E>(
    pool: &Pool<DB>,
    work: impl AsyncFnOnce(&mut Tx<'static, DB>) -> Result<T, E>,
) -> Result<T, E>
where
    DB: Backend,
    E: From<sqlx::Error> + From<CommitError>,
{
    let mut tx = begin(pool).await?;
    match tx.run(work).await {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(error) => {
            // The error that caused this is the one to tell. What failed was logged.
            drop(tx.rollback().await);
            Err(error)
        }
    }
}

/// A transaction, or a savepoint, of the database, and what waits for its end. In the place of
/// [`sqlx::Transaction`]: it dereferences to the connection. Dropped, it is rolled back.
pub struct Tx<'c, DB: Backend> {
    // Dropped first: the rollback is under way when `on_rollback` receivers run.
    inner: Inner<'c, DB>,
    unit: Transaction,
    /// Whether nobody knows which savepoints there are. The whole transaction has it.
    is_broken: Arc<AtomicBool>,
}

enum Inner<'c, DB: Backend> {
    /// Owns its connection: its commit can go on as a task.
    Outermost(sqlx::Transaction<'static, DB>),
    Savepoint(sqlx::Transaction<'c, DB>),
}

impl<DB: Backend> Inner<'_, DB> {
    #[expect(clippy::match_same_arms, reason = "they are of two types")]
    fn connection(&mut self) -> &mut DB::Connection {
        match self {
            Self::Outermost(inner) => inner,
            Self::Savepoint(inner) => inner,
        }
    }
}

impl<DB: Backend> Tx<'static, DB> {
    fn outermost(inner: sqlx::Transaction<'static, DB>) -> Self {
        Self {
            inner: Inner::Outermost(inner),
            // Part of no other, whatever is open where this is called: that is another connection.
            unit: Scope::none().run(Transaction::begin),
            is_broken: Arc::default(),
        }
    }
}

impl<DB: Backend> Tx<'_, DB> {
    /// Opens a savepoint. Until it is released (by [`commit`](Tx::commit)) or rolled back, this
    /// transaction waits.
    ///
    /// # Errors
    ///
    /// When the database refuses. Then the whole transaction can only be rolled back.
    pub async fn begin(&mut self) -> sqlx::Result<Tx<'_, DB>> {
        let unit = self.unit.savepoint();
        let is_broken = Arc::clone(&self.is_broken);
        let half_way = HalfWay::new(&is_broken);
        // sqlx takes a savepoint that was not opened, or whose opening was dropped, for the
        // transaction itself, and rolls that back.
        let inner = self.inner.connection().begin().await?;
        half_way.over();
        Ok(Tx {
            inner: Inner::Savepoint(inner),
            unit,
            is_broken,
        })
    }

    /// Whether it is a savepoint.
    pub fn is_savepoint(&self) -> bool {
        matches!(self.inner, Inner::Savepoint(_))
    }

    /// The current scope with this transaction in it: to run what is part of it.
    pub fn scope(&self) -> Scope {
        self.unit.scope()
    }

    /// Runs `work` in the [scope](Self::scope) of this transaction: what it sends waits for the
    /// commit, where receivers want that.
    pub async fn run<T>(&mut self, work: impl AsyncFnOnce(&mut Self) -> T) -> T {
        let scope = self.scope();
        scope.run_async(work(self)).await
    }

    /// Writes a row by `store`, with `pre_save` and `post_save` around it, in this transaction.
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the row is
    /// written.
    pub async fn save<D, W>(
        &mut self,
        draft: D,
        write: Write<'_>,
        store: impl AsyncFnOnce(D, &mut DB::Connection) -> sqlx::Result<W>,
    ) -> Result<<D::Of as Model>::Instance, WriteError<sqlx::Error>>
    where
        D: ModelView<Of: Model<Draft = D>>,
        W: Into<Written<<D::Of as Model>::Instance>>,
    {
        let scope = self.scope();
        let saved = draft.save_async(write, async |draft| store(draft, self).await);
        scope.run_async(saved).await
    }

    /// Deletes a row by `store`, with `pre_delete` and `post_delete` around it, in this transaction.
    /// What `store` returns is returned.
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the row is
    /// there.
    pub async fn delete<I, R>(
        &mut self,
        row: &I,
        delete: Delete<'_>,
        store: impl AsyncFnOnce(&I, &mut DB::Connection) -> sqlx::Result<R>,
    ) -> Result<R, WriteError<sqlx::Error>>
    where
        I: ModelView<Of: Model<Instance = I>>,
    {
        let scope = self.scope();
        let deleted = row.delete_async(delete, async |row| store(row, self).await);
        scope.run_async(deleted).await
    }

    /// Commits it, and runs the `on_commit` receivers. A savepoint is released, and passes them on to
    /// what it is part of.
    ///
    /// # Errors
    ///
    /// When it is not committed, or not known to be. Nothing that waited for the commit has run.
    pub async fn commit(self) -> Result<Committed, CommitError> {
        let Self {
            inner,
            unit,
            is_broken,
        } = self;
        match inner {
            Inner::Savepoint(inner) => release(unit, inner, &is_broken).await,
            Inner::Outermost(inner) => commit(unit, inner, &is_broken).await,
        }
    }

    /// Rolls it back, and runs the `on_rollback` receivers.
    ///
    /// # Errors
    ///
    /// When the database could not be told. It rolls back then all the same, for the connection is
    /// lost.
    pub async fn rollback(self) -> sqlx::Result<()> {
        let Self { inner, unit, .. } = self;
        let done = match inner {
            Inner::Outermost(inner) | Inner::Savepoint(inner) => inner.rollback().await,
        };
        // They were logged.
        drop(unit.rolled_back_async().await);
        done
    }
}

// Arguments are dropped from the last to the first: the rollback is under way, here too.

async fn release<DB: Backend>(
    unit: Transaction,
    inner: sqlx::Transaction<'_, DB>,
    is_broken: &AtomicBool,
) -> Result<Committed, CommitError> {
    if is_broken.load(Ordering::Acquire) {
        return Err(CommitError::BrokenSavepoint);
    }
    let half_way = HalfWay::new(is_broken);
    let released = inner.commit().await;
    half_way.over();
    match released {
        Ok(()) => Ok(committed(unit.committed())),
        Err(error) => {
            drop(unit.rolled_back_async().await);
            Err(CommitError::Refused(error))
        }
    }
}

async fn commit<DB: Backend>(
    unit: Transaction,
    mut inner: sqlx::Transaction<'static, DB>,
    is_broken: &AtomicBool,
) -> Result<Committed, CommitError> {
    let ready = match unit.before_commit_async().await {
        Err(error) => Err(CommitError::Prevented(error)),
        // Rolled back by sqlx already, it would say that it is committed.
        Ok(()) if is_broken.load(Ordering::Acquire) || !inner.is_in_transaction() => {
            Err(CommitError::BrokenSavepoint)
        }
        Ok(()) => DB::may_commit(&mut inner)
            .await
            .map_err(CommitError::Refused),
    };
    if let Err(error) = ready {
        drop(inner.rollback().await);
        drop(unit.rolled_back_async().await);
        return Err(error);
    }
    // From here on, it may be committed whether anybody waits for it or not.
    let scope = Scope::current();
    ToTheEnd::new(scope.run_async(end(unit, inner))).await
}

async fn end<DB: Backend>(
    unit: Transaction,
    inner: sqlx::Transaction<'static, DB>,
) -> Result<Committed, CommitError> {
    let undecided = Undecided(Some(unit));
    match inner.commit().await {
        Ok(()) => match undecided.decided() {
            Some(unit) => Ok(committed(unit.committed_async().await)),
            None => Ok(Committed::default()),
        },
        Err(error @ sqlx::Error::Database(_)) => {
            if let Some(unit) = undecided.decided() {
                drop(unit.rolled_back_async().await);
            }
            Err(CommitError::Refused(error))
        }
        Err(error) => Err(CommitError::InDoubt(error)),
    }
}

fn committed(result: Result<(), CallbackErrors>) -> Committed {
    Committed {
        errors: result.map_or_else(CallbackErrors::into_errors, |()| Vec::new()),
    }
}

/// The transaction is broken, unless this is over.
struct HalfWay<'b>(&'b AtomicBool);

impl<'b> HalfWay<'b> {
    fn new(is_broken: &'b AtomicBool) -> Self {
        Self(is_broken)
    }

    fn over(self) {
        mem::forget(self);
    }
}

impl Drop for HalfWay<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A commit is under way. Dropped, nobody knows what came of it: neither what waits for the commit
/// nor what waits for a rollback may run.
struct Undecided(Option<Transaction>);

impl Undecided {
    fn decided(mut self) -> Option<Transaction> {
        self.0.take()
    }
}

impl Drop for Undecided {
    fn drop(&mut self) {
        if let Some(unit) = self.0.take() {
            log::error!(
                target: "signals.dispatch",
                "nobody knows whether a transaction is committed, because its connection or its \
                 runtime was lost; neither `on_commit` nor `on_rollback` receivers are run"
            );
            // Dropped, it would be rolled back.
            mem::forget(unit);
        }
    }
}

impl<DB: Backend> Deref for Tx<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match &self.inner {
            Inner::Outermost(inner) | Inner::Savepoint(inner) => inner,
        }
    }
}

impl<DB: Backend> DerefMut for Tx<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        self.inner.connection()
    }
}

/// What functions ask for that take a transaction by any name.
impl<DB: Backend> AsMut<DB::Connection> for Tx<'_, DB> {
    fn as_mut(&mut self) -> &mut DB::Connection {
        self
    }
}

impl<DB: Backend> fmt::Debug for Tx<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("is_savepoint", &self.is_savepoint())
            .finish_non_exhaustive()
    }
}
