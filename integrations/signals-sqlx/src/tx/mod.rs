//! Transactions of the database, with the queue of what waits for their end.

mod error;
mod handle;
mod shared;

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signals_builtin::models::{Delete, Write, WriteError, Written};
use signals_core::transaction::{self, CallbackErrors, Transaction};
use signals_core::{Model, ModelView, Scope};
use sqlx::{Connection, Pool, SqlSafeStr};

use self::shared::{HalfWay, Hold, Lent, Outermost, Savepoint, Shared};
use crate::Backend;

pub use self::error::{CommitError, Committed};
pub use self::handle::{Handle, HandleError, Locked};

/// Begins a transaction on a connection of the pool.
///
/// # Errors
///
/// When there is no connection to be had, or the database refuses.
pub async fn begin<DB: Backend>(pool: &Pool<DB>) -> sqlx::Result<Tx<'static, DB>> {
    let inner = pool.begin().await?;
    Ok(Tx::outermost(pool, inner))
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
    let inner = pool.begin_with(statement).await?;
    Ok(Tx::outermost(pool, inner))
}

/// Runs `work` in a transaction, in its [scope](Tx::scope): committed if it returns `Ok`, rolled back
/// if it returns `Err`, panics or is dropped.
///
/// # Errors
///
/// What `work` returns, or what prevented the beginning or the commit.
pub async fn atomic<DB, T, E>(
    pool: &Pool<DB>,
    work: impl AsyncFnOnce(&mut Tx<'_, DB>) -> Result<T, E>,
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
///
/// # Panics
///
/// Used as a connection while somebody else has it, which takes some doing: a [`save`](Self::save) or
/// [`lend`](Self::lend) is dropped half-way, while a task that a receiver has spawned holds the
/// [`Handle`]'s lock.
pub struct Tx<'c, DB: Backend> {
    // Dropped first: the rollback is under way when `on_rollback` receivers run.
    hold: Hold<'c, DB>,
    unit: Transaction,
    shared: Arc<Shared<DB>>,
    /// Whether a write was dropped half-way: written, perhaps, and not told.
    is_torn: Arc<AtomicBool>,
}

impl<DB: Backend> Tx<'static, DB> {
    fn outermost(pool: &Pool<DB>, inner: sqlx::Transaction<'static, DB>) -> Self {
        let (hold, shared) = Outermost::new(pool.clone(), inner);
        Self {
            hold: Hold::Outermost(hold),
            // Part of no other, whatever is open where this is called: that is another connection.
            unit: Transaction::outermost(),
            shared,
            is_torn: Arc::default(),
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
        let shared = Arc::clone(&self.shared);
        let half_way = self.shared.half_way();
        let savepoint = self.hold.savepoint().await?;
        half_way.over();
        Ok(Tx {
            hold: Hold::Savepoint(savepoint),
            unit,
            shared,
            is_torn: Arc::default(),
        })
    }

    /// Whether it is a savepoint.
    pub fn is_savepoint(&self) -> bool {
        self.unit.is_savepoint()
    }

    /// The current scope with this transaction in it: to run what is part of it.
    pub fn scope(&self) -> Scope {
        let handle = Handle::of(Arc::clone(&self.shared));
        self.unit.scope().with_state(handle)
    }

    /// Runs `work` in the [scope](Self::scope) of this transaction: what it sends waits for the
    /// commit, where receivers want that.
    ///
    /// The connection is with `work`. Receivers that ask for it, by a [`Handle`], get an error; for
    /// these, there is [`lend`](Self::lend).
    pub async fn run<T>(&mut self, work: impl AsyncFnOnce(&mut Tx<'_, DB>) -> T) -> T {
        let scope = self.scope();
        scope.run_async(work(self)).await
    }

    /// Awaits `work` in the [scope](Self::scope) of this transaction, and lends it the connection:
    /// receivers of what it sends get it by a [`Handle`].
    pub async fn lend<F: Future>(&mut self, work: F) -> F::Output {
        let scope = self.scope();
        let lent = Lent::new(self.hold.guard(), &self.shared);
        let done = scope.run_async(work).await;
        lent.back().await;
        done
    }

    /// Writes a row by `store`, with `pre_save` and `post_save` around it, in this transaction.
    /// Their receivers get the connection by a [`Handle`].
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
    ) -> Result<<D::Of as Model>::Instance, WriteError<HandleError>>
    where
        D: ModelView<Of: Model<Draft = D>>,
        W: Into<Written<<D::Of as Model>::Instance>>,
    {
        let handle = Handle::of(Arc::clone(&self.shared));
        self.whole(Box::pin(handle.save(draft, write, store))).await
    }

    /// Deletes a row by `store`, with `pre_delete` and `post_delete` around it, in this transaction.
    /// What `store` returns is returned. Receivers get the connection by a [`Handle`].
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
    ) -> Result<R, WriteError<HandleError>>
    where
        I: ModelView<Of: Model<Instance = I>>,
    {
        let handle = Handle::of(Arc::clone(&self.shared));
        self.whole(Box::pin(handle.delete(row, delete, store)))
            .await
    }

    /// Lends for what has to come to its end: else there is no commit. It comes in a box, for it is
    /// big, and would be handed on from future to future.
    async fn whole<F: Future>(&mut self, work: F) -> F::Output {
        let is_torn = Arc::clone(&self.is_torn);
        let half_way = HalfWay::new(&is_torn);
        let done = self.lend(work).await;
        half_way.over();
        done
    }

    /// Commits it, and runs the `on_commit` receivers. A savepoint is released, and passes them on to
    /// what it is part of.
    ///
    /// # Errors
    ///
    /// When it is not committed, or not known to be. Nothing that waited for the commit has run.
    pub async fn commit(mut self) -> Result<Committed, CommitError> {
        if !self.is_savepoint() {
            // One by one, and each may write.
            let scope = self.scope();
            let lent = Lent::new(self.hold.guard(), &self.shared);
            let prevented = scope.run_async(self.unit.before_commit_async()).await;
            lent.back().await;
            if let Err(error) = prevented {
                drop(self.rollback().await);
                return Err(CommitError::Prevented(error));
            }
        }
        if self.shared.is_broken() || self.is_torn.load(Ordering::Acquire) {
            drop(self.rollback().await);
            return Err(CommitError::Broken);
        }
        // What is dropped on the way is dropped from the last to the first: the rollback is under
        // way then.
        let Self {
            shared, unit, hold, ..
        } = self;
        match hold {
            Hold::Savepoint(savepoint) => release(unit, savepoint, &shared).await,
            Hold::Outermost(outermost) => match outermost.take() {
                Some(inner) => commit(unit, inner).await,
                None => Err(CommitError::Broken),
            },
        }
    }

    /// Rolls it back, and runs the `on_rollback` receivers.
    ///
    /// # Errors
    ///
    /// When the database could not be told. It rolls back then all the same, for the connection is
    /// lost.
    pub async fn rollback(self) -> sqlx::Result<()> {
        let Self { unit, hold, .. } = self;
        let done = match hold {
            Hold::Savepoint(savepoint) => savepoint.roll_back().await,
            Hold::Outermost(outermost) => match outermost.take() {
                Some(inner) => inner.rollback().await,
                None => Ok(()),
            },
        };
        // They were logged.
        drop(unit.rolled_back_async().await);
        done
    }
}

async fn release<DB: Backend>(
    unit: Transaction,
    savepoint: Savepoint<'_, DB>,
    shared: &Shared<DB>,
) -> Result<Committed, CommitError> {
    let half_way = shared.half_way();
    let released = savepoint.release().await;
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
) -> Result<Committed, CommitError> {
    let ready = if inner.is_in_transaction() {
        let ready = DB::may_commit(&mut inner).await;
        ready.map_err(CommitError::Refused)
    } else {
        // Rolled back by sqlx already, it would say that it is committed.
        Err(CommitError::Broken)
    };
    if let Err(error) = ready {
        drop(inner.rollback().await);
        drop(unit.rolled_back_async().await);
        return Err(error);
    }
    // From here on, it may be committed whether anybody waits for it or not.
    let scope = Scope::current();
    let end = scope.run_async(end(unit, inner));
    transaction::run_to_completion(end, |result| {
        if let Err(error) = result {
            log::error!(target: "signals.sqlx", "a commit that was cancelled has failed: {error}");
        }
    })
    .await
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
            unit.abandon();
        }
    }
}

impl<DB: Backend> Deref for Tx<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        self.hold.connection()
    }
}

impl<DB: Backend> DerefMut for Tx<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        self.hold.connection_mut()
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
