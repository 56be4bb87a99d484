//! The connection of a transaction, for whoever's turn it is.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Pool, Transaction};
use sqlx_core::transaction::TransactionManager;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::Backend;

pub(super) type Guard<DB> = OwnedMutexGuard<Option<Transaction<'static, DB>>>;

/// What a transaction, its savepoints and the handles of its receivers have in common.
pub(super) struct Shared<DB: Backend> {
    pub(super) pool: Pool<DB>,
    /// None when the transaction has ended.
    pub(super) transaction: Arc<Mutex<Option<Transaction<'static, DB>>>>,
    /// Whether receivers may have the connection.
    pub(super) is_lent: AtomicBool,
    /// Whether nobody knows which savepoints there are, so that there must be no commit.
    is_broken: AtomicBool,
}

impl<DB: Backend> Shared<DB> {
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Acquire)
    }

    /// It is broken, unless what begins here comes to its end.
    pub(super) fn half_way(&self) -> HalfWay<'_> {
        HalfWay::new(&self.is_broken)
    }
}

pub(super) struct HalfWay<'b>(&'b AtomicBool);

impl<'b> HalfWay<'b> {
    pub(super) fn new(is_broken: &'b AtomicBool) -> Self {
        Self(is_broken)
    }

    pub(super) fn over(self) {
        mem::forget(self);
    }
}

impl Drop for HalfWay<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Who has the connection: a transaction, unless it has lent it, or a savepoint of it.
pub(super) enum Hold<'c, DB: Backend> {
    Outermost(Outermost<DB>),
    Savepoint(Savepoint<'c, DB>),
}

/// Dropped, the transaction is rolled back.
pub(super) struct Outermost<DB: Backend> {
    guard: Option<Guard<DB>>,
    transaction: Arc<Mutex<Option<Transaction<'static, DB>>>>,
}

/// Dropped, it is rolled back.
pub(super) struct Savepoint<'c, DB: Backend> {
    guard: &'c mut Option<Guard<DB>>,
    is_open: bool,
}

impl<DB: Backend> Outermost<DB> {
    pub(super) fn new(
        pool: Pool<DB>,
        transaction: Transaction<'static, DB>,
    ) -> (Self, Arc<Shared<DB>>) {
        let transaction = Arc::new(Mutex::new(Some(transaction)));
        let outermost = Self {
            guard: Arc::clone(&transaction).try_lock_owned().ok(),
            transaction: Arc::clone(&transaction),
        };
        let shared = Shared {
            pool,
            transaction,
            is_lent: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
        };
        (outermost, Arc::new(shared))
    }

    pub(super) fn take(mut self) -> Option<Transaction<'static, DB>> {
        self.guard.as_mut()?.take()
    }
}

impl<DB: Backend> Drop for Outermost<DB> {
    fn drop(&mut self) {
        // Handles may live on, and one may have the connection at this moment.
        if let Some(guard) = &mut self.guard {
            drop(guard.take());
        } else if let Ok(runtime) = Handle::try_current() {
            let transaction = Arc::clone(&self.transaction);
            drop(runtime.spawn(async move { drop(transaction.lock().await.take()) }));
        }
    }
}

impl<DB: Backend> Savepoint<'_, DB> {
    pub(super) async fn release(mut self) -> sqlx::Result<()> {
        if let Some(connection) = connection(self.guard) {
            DB::TransactionManager::commit(connection).await?;
        }
        self.is_open = false;
        Ok(())
    }

    pub(super) async fn roll_back(mut self) -> sqlx::Result<()> {
        if let Some(connection) = connection(self.guard) {
            DB::TransactionManager::rollback(connection).await?;
        }
        self.is_open = false;
        Ok(())
    }
}

impl<DB: Backend> Drop for Savepoint<'_, DB> {
    fn drop(&mut self) {
        if let (true, Some(connection)) = (self.is_open, connection(self.guard)) {
            DB::TransactionManager::start_rollback(connection);
        }
    }
}

fn connection<DB: Backend>(guard: &mut Option<Guard<DB>>) -> Option<&mut DB::Connection> {
    guard.as_mut()?.as_mut().map(DerefMut::deref_mut)
}

const AWAY: &str = "a task that outlives the receiver that spawned it has the connection of this \
                    transaction";

impl<DB: Backend> Hold<'_, DB> {
    pub(super) fn guard(&mut self) -> &mut Option<Guard<DB>> {
        match self {
            Self::Outermost(outermost) => &mut outermost.guard,
            Self::Savepoint(savepoint) => savepoint.guard,
        }
    }

    pub(super) fn connection(&self) -> &DB::Connection {
        let guard = match self {
            Self::Outermost(outermost) => &outermost.guard,
            Self::Savepoint(savepoint) => &*savepoint.guard,
        };
        let transaction = guard.as_ref().and_then(|guard| guard.as_ref());
        transaction.map(Deref::deref).expect(AWAY)
    }

    pub(super) fn connection_mut(&mut self) -> &mut DB::Connection {
        connection(self.guard()).expect(AWAY)
    }

    /// Opens a savepoint. Not through sqlx's `Connection::begin`: dropped half-way, that rolls back
    /// what is around the savepoint.
    pub(super) async fn savepoint(&mut self) -> sqlx::Result<Savepoint<'_, DB>> {
        DB::TransactionManager::begin(self.connection_mut(), None).await?;
        Ok(Savepoint {
            guard: self.guard(),
            is_open: true,
        })
    }
}

/// The connection is with receivers, until this is dropped.
pub(super) struct Lent<'l, DB: Backend> {
    guard: &'l mut Option<Guard<DB>>,
    shared: &'l Shared<DB>,
}

impl<'l, DB: Backend> Lent<'l, DB> {
    pub(super) fn new(guard: &'l mut Option<Guard<DB>>, shared: &'l Shared<DB>) -> Self {
        shared.is_lent.store(true, Ordering::Release);
        *guard = None;
        Self { guard, shared }
    }

    /// Takes it back. A task that still has it is waited for.
    pub(super) async fn back(self) {
        self.shared.is_lent.store(false, Ordering::Release);
        *self.guard = Some(Arc::clone(&self.shared.transaction).lock_owned().await);
    }
}

impl<DB: Backend> Drop for Lent<'_, DB> {
    fn drop(&mut self) {
        self.shared.is_lent.store(false, Ordering::Release);
        if self.guard.is_none() {
            *self.guard = Arc::clone(&self.shared.transaction).try_lock_owned().ok();
        }
    }
}
