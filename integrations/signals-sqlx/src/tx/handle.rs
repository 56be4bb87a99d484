//! The database, for receivers.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use signals_builtin::models::{Delete, ModelExt, Write, WriteError, Written};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use signals_core::scoped_states;
use signals_core::{Model, ModelView};
use sqlx::pool::PoolConnection;
use sqlx::{Pool, Transaction};
use tokio::sync::MutexGuard;

use super::shared::Shared;
use crate::Backend;
use crate::eventlog::is_same;

/// The database, as receivers ask for it: `#[state] db: &Handle<Sqlite>`.
///
/// In what a [`Tx`](crate::Tx) sends, that is the transaction: what a receiver writes is committed
/// and rolled back with what the sender wrote. Everywhere else it is the pool, provided once:
///
/// ```no_run
/// # #[cfg(feature = "sqlite")] {
/// use signals_builtin::models::post_save;
/// use signals_core::{Model, receiver, state};
/// use signals_sqlx::{Handle, HandleError};
/// use sqlx::Sqlite;
///
/// #[derive(Debug, Model)]
/// struct User { id: i64 }
///
/// #[receiver(post_save, sender = User, when = |created: bool| created)]
/// async fn make_profile(instance: &User, #[state] db: &Handle<Sqlite>) -> Result<(), HandleError> {
///     let mut db = db.lock().await?;
///     let insert = sqlx::query("INSERT INTO profile (user_id) VALUES ($1)").bind(instance.id);
///     insert.execute(&mut *db).await?;
///     Ok(())
/// }
///
/// # fn start(pool: sqlx::SqlitePool) -> Result<(), signals_core::state::AlreadyProvided> {
/// state::provide(Handle::from(pool))?;
/// # Ok(()) }
/// # }
/// ```
///
/// Cheap to clone.
pub struct Handle<DB: Backend>(Kind<DB>);

#[cfg(feature = "sqlite")]
scoped_states![Handle<sqlx::Sqlite>];
#[cfg(feature = "postgres")]
scoped_states![Handle<sqlx::Postgres>];

enum Kind<DB: Backend> {
    Pool(Pool<DB>),
    Tx(Arc<Shared<DB>>),
}

impl<DB: Backend> From<Pool<DB>> for Handle<DB> {
    fn from(pool: Pool<DB>) -> Self {
        Self(Kind::Pool(pool))
    }
}

impl<DB: Backend> Handle<DB> {
    pub(super) fn of(shared: Arc<Shared<DB>>) -> Self {
        Self(Kind::Tx(shared))
    }

    /// Whether it is a transaction.
    pub fn is_transaction(&self) -> bool {
        matches!(self.0, Kind::Tx(_))
    }

    pub(crate) fn is_transaction_of(&self, pool: &Pool<DB>) -> bool {
        matches!(&self.0, Kind::Tx(shared) if is_same(&shared.pool, pool))
    }

    /// The connection, until the guard is dropped. Drop it before you send: other receivers may want
    /// it, and wait.
    ///
    /// # Errors
    ///
    /// When the transaction is over or keeps its connection, or the pool has none.
    pub async fn lock(&self) -> Result<Locked<'_, DB>, HandleError> {
        match &self.0 {
            Kind::Pool(pool) => Ok(Locked(Lock::Pool(pool.acquire().await?))),
            Kind::Tx(shared) => {
                let is_lent = || shared.is_lent.load(Ordering::Acquire);
                if !is_lent() {
                    return Err(HandleError::NotLent);
                }
                let lock = shared.transaction.lock().await;
                // It may have ended meanwhile.
                if !is_lent() {
                    return Err(HandleError::NotLent);
                }
                let lock = MutexGuard::try_map(lock, Option::as_mut);
                if shared.is_broken() {
                    return Err(HandleError::Broken);
                }
                match lock {
                    Ok(lock) => Ok(Locked(Lock::Tx(lock))),
                    Err(_) => Err(HandleError::NotLent),
                }
            }
        }
    }

    /// Writes a row by `store`, with `pre_save` and `post_save` around it. The connection is taken
    /// for the time of `store` alone, so that the receivers of these can have it.
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the row is
    /// written.
    pub async fn save<D, W>(
        &self,
        draft: D,
        write: Write<'_>,
        store: impl AsyncFnOnce(D, &mut DB::Connection) -> sqlx::Result<W>,
    ) -> Result<<D::Of as Model>::Instance, WriteError<HandleError>>
    where
        D: ModelView<Of: Model<Draft = D>>,
        W: Into<Written<<D::Of as Model>::Instance>>,
    {
        let saved = draft.save_async(write, async |draft| {
            let mut connection = self.lock().await?;
            Ok::<_, HandleError>(store(draft, &mut connection).await?)
        });
        saved.await
    }

    /// Deletes a row by `store`, with `pre_delete` and `post_delete` around it. What `store` returns
    /// is returned.
    ///
    /// # Errors
    ///
    /// The first error of a receiver or of `store`; which of them it was says whether the row is
    /// there.
    pub async fn delete<I, R>(
        &self,
        row: &I,
        delete: Delete<'_>,
        store: impl AsyncFnOnce(&I, &mut DB::Connection) -> sqlx::Result<R>,
    ) -> Result<R, WriteError<HandleError>>
    where
        I: ModelView<Of: Model<Instance = I>>,
    {
        let deleted = row.delete_async(delete, async |row| {
            let mut connection = self.lock().await?;
            Ok::<_, HandleError>(store(row, &mut connection).await?)
        });
        deleted.await
    }
}

impl<DB: Backend> Clone for Handle<DB> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Kind::Pool(pool) => Kind::Pool(pool.clone()),
            Kind::Tx(shared) => Kind::Tx(Arc::clone(shared)),
        })
    }
}

impl<DB: Backend> fmt::Debug for Handle<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Pool(_) => "Handle(pool)",
            Kind::Tx(_) => "Handle(transaction)",
        })
    }
}

/// The connection of a [`Handle`]: dereferences to it.
pub struct Locked<'h, DB: Backend>(Lock<'h, DB>);

enum Lock<'h, DB: Backend> {
    Pool(PoolConnection<DB>),
    Tx(tokio::sync::MappedMutexGuard<'h, Transaction<'static, DB>>),
}

impl<DB: Backend> Deref for Locked<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match &self.0 {
            Lock::Pool(connection) => connection,
            Lock::Tx(transaction) => transaction,
        }
    }
}

impl<DB: Backend> DerefMut for Locked<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match &mut self.0 {
            Lock::Pool(connection) => connection,
            Lock::Tx(transaction) => transaction,
        }
    }
}

impl<DB: Backend> fmt::Debug for Locked<'_, DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Locked")
    }
}

/// Why a receiver has no connection, or its statement no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandleError {
    /// The transaction keeps its connection to itself, or is over.
    #[error(
        "the transaction keeps its connection to itself, or is over: it is there for what is sent \
         by `Tx::save`, `Tx::delete` and within `Tx::lend`"
    )]
    NotLent,

    /// The opening or the release of a savepoint was dropped half-way. The database may have ended
    /// the transaction, and would keep what is written now.
    #[error(
        "the opening or the release of a savepoint was dropped half-way; the transaction can only \
         be rolled back"
    )]
    Broken,

    /// The database's, or the pool's.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
