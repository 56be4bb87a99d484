//! The connection that a signal was sent on.
//!
//! # What is a handle?
//!
//! What a receiver gets for `#[state] handle: &Handle`: an owned connection that stays with the
//! transaction of whoever sends. What the receiver writes with it is written in that transaction,
//! and rolled back with it. Where there is none, it is the pool.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement, TransactionOptions, TransactionTrait,
};
use signals_core::transaction::Transaction;
use signals_core::{Scope, SendError, scoped_states, state};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::after::{self, After, Reply, Sending, Word};
use crate::error::stopped;
use crate::links::nested::{Left, Now};
use crate::probe;
use crate::run::to_its_end;
use crate::txn::Txn;

/// The connection that a signal was sent on: a pool, or a transaction of it. Cheap to clone.
///
/// A receiver asks for it, and writes in the sender's transaction:
///
/// ```
/// # mod profile {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = "profile")]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub user_id: i32 }
/// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)] pub enum Relation {}
/// #     #[signals_sea_orm::model] impl ActiveModelBehavior for ActiveModel {}
/// # }
/// # mod user {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = "user")]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub name: String }
/// #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)] pub enum Relation {}
/// #     #[signals_sea_orm::model] impl ActiveModelBehavior for ActiveModel {}
/// # }
/// use sea_orm::{ActiveModelTrait, DbErr, Set};
/// use signals_builtin::models::post_save;
/// use signals_core::receiver;
/// use signals_sea_orm::Handle;
///
/// #[receiver(post_save, sender = user::Entity, when = |created: bool| created)]
/// async fn make_profile(instance: &user::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
///     let profile = profile::ActiveModel { user_id: Set(instance.id), ..Default::default() };
///     profile.insert(handle).await?;
///     Ok(())
/// }
/// ```
///
/// Kept until the transaction is over, it answers every statement with an error; it never falls
/// back to the pool. An `on_commit` receiver, which runs after the transaction, gets the pool.
#[derive(Clone)]
pub struct Handle(Arc<Inner>);

scoped_states![Handle];

struct Inner {
    using: Arc<str>,
    raw: bool,
    backend: DbBackend,
    pool: DatabaseConnection,
    open: Option<Arc<Open>>,
}

/// A transaction, as seen by those who do not own it.
struct Open {
    /// Where this was begun.
    around: Handle,
    /// Held shared while somebody works with the transaction, alone by who ends it.
    gate: RwLock<()>,
    database: Weak<DatabaseTransaction>,
    /// None when it is over.
    signals: Mutex<Option<Arc<Transaction>>>,
    /// Something was cancelled between a statement and its signal.
    is_spoiled: AtomicBool,
    /// A statement has failed.
    has_failed: AtomicBool,
    /// What hooks have left for statements.
    left: Mutex<Left>,
}

impl Handle {
    pub(crate) fn pool(using: Arc<str>, raw: bool, pool: DatabaseConnection) -> Self {
        Self(Arc::new(Inner {
            using,
            raw,
            backend: pool.get_database_backend(),
            pool,
            open: None,
        }))
    }

    fn transaction(&self, database: &Arc<DatabaseTransaction>, signals: Transaction) -> Self {
        Self(Arc::new(Inner {
            using: Arc::clone(&self.0.using),
            raw: self.0.raw,
            backend: self.0.backend,
            pool: self.0.pool.clone(),
            open: Some(Arc::new(Open {
                around: self.clone(),
                gate: RwLock::new(()),
                database: Arc::downgrade(database),
                signals: Mutex::new(Some(Arc::new(signals))),
                is_spoiled: AtomicBool::new(false),
                has_failed: AtomicBool::new(false),
                left: Mutex::default(),
            })),
        }))
    }

    pub(crate) fn with_raw(&self, raw: bool) -> Self {
        Self(Arc::new(Inner {
            using: Arc::clone(&self.0.using),
            raw,
            backend: self.0.backend,
            pool: self.0.pool.clone(),
            open: self.0.open.clone(),
        }))
    }

    pub(crate) fn connection(&self) -> &DatabaseConnection {
        &self.0.pool
    }

    /// The alias of the database, `using` of the signals.
    pub fn using(&self) -> &str {
        &self.0.using
    }

    /// Whether what is written comes as it is from a fixture, `raw` of the signals.
    pub fn is_raw(&self) -> bool {
        self.0.raw
    }

    /// Whether this is a transaction, open or over, and not the pool.
    pub fn is_transaction(&self) -> bool {
        self.0.open.is_some()
    }

    /// Whether both are the same pool, or the same transaction of it.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (&self.0.open, &other.0.open) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => self.0.using == other.0.using,
            _ => false,
        }
    }

    /// Whether this is a transaction that is still open.
    fn is_open(&self) -> bool {
        let open = self.0.open.as_ref();
        open.is_some_and(|open| open.signals().is_some())
    }

    pub(crate) async fn begin_transaction(
        &self,
        options: TransactionOptions,
    ) -> Result<Txn, DbErr> {
        let (database, signals) = match &self.0.open {
            None => (
                self.0.pool.begin_with_options(options).await?,
                // Whatever is open around it is a transaction of another connection.
                outermost(),
            ),
            Some(open) => {
                let (_at_work, database) = open.enter().await?;
                let savepoint = database.begin_with_options(options).await?;
                let signals = open.signals().as_ref().map(|signals| signals.savepoint());
                (savepoint, signals.ok_or_else(is_over)?)
            }
        };
        let database = Arc::new(database);
        let handle = self.transaction(&database, signals);
        Ok(Txn::new(handle, database))
    }

    /// The current scope, with the transaction and this handle in it.
    pub(crate) fn scope(&self) -> Scope {
        let signals = self.0.open.as_ref().map(|open| open.signals());
        let scope = match signals.as_ref().and_then(|signals| signals.as_ref()) {
            Some(signals) => signals.scope(),
            None => Scope::current(),
        };
        scope.with_state(self.clone())
    }

    /// Where runs what waited for the end of the transaction: with the pool, or with the transaction
    /// that this is a savepoint of.
    pub(crate) fn around(&self) -> Scope {
        let around = self.0.open.as_ref().map_or(self, |open| &open.around);
        Scope::current().with_state(around.clone())
    }

    /// Sends a signal about what is done with this connection.
    pub(crate) async fn send<T>(
        &self,
        send: impl Future<Output = Result<T, SendError>> + Send,
    ) -> Result<T, SendError> {
        let is_elsewhere =
            !self.is_transaction() && state::get::<Self>().is_some_and(|ambient| ambient.is_open());
        if !is_elsewhere {
            return self.scope().run_async(send).await;
        }
        // The transaction that is open here is of another connection. It may be rolled back, and
        // this stays.
        let own = outermost();
        let scope = own.scope().with_state(self.clone());
        let answer = scope.run_async(send).await?;
        let with_this = Scope::current().with_state(self.clone());
        with_this
            .clone()
            .run_async(own.before_commit_async())
            .await?;
        // Each failure is logged; what is said here is said about the row.
        drop(with_this.run(|| own.committed_async()).await);
        Ok(answer)
    }

    /// [`send`](Self::send), with an error of SeaORM, and what it is about.
    pub(crate) async fn tell<T>(
        &self,
        label: &'static str,
        send: impl Future<Output = Result<T, SendError>> + Send,
    ) -> Result<(), DbErr> {
        let done = self.send(send).await;
        done.map(drop).map_err(|error| stopped(label, error))
    }

    /// Ends the transaction for all that have a handle of it, once they are done with their
    /// statements.
    pub(crate) async fn end(&self) -> Option<Transaction> {
        let open = self.0.open.as_ref()?;
        let _alone = open.gate.write().await;
        open.signals().take().and_then(Arc::into_inner)
    }

    /// [`end`](Self::end), for a transaction that is dropped.
    pub(crate) fn end_now(&self) -> Option<Transaction> {
        self.0
            .open
            .as_ref()?
            .signals()
            .take()
            .and_then(Arc::into_inner)
    }

    pub(crate) async fn before_commit(&self) -> Result<(), SendError> {
        let open = self.0.open.as_ref();
        let signals = open.and_then(|open| open.signals().clone());
        let Some(signals) = signals else {
            return Ok(());
        };
        let waiting = signals.before_commit_async();
        Scope::current()
            .with_state(self.clone())
            .run_async(waiting)
            .await
    }

    pub(crate) fn is_spoiled(&self) -> bool {
        let open = self.0.open.as_ref();
        open.is_some_and(|open| open.is_spoiled.load(Ordering::Acquire))
    }

    /// Whether a statement has failed, after which PostgreSQL takes a commit for a rollback, and
    /// calls that a success.
    pub(crate) fn has_failed(&self) -> bool {
        let open = self.0.open.as_ref();
        open.is_some_and(|open| open.has_failed.load(Ordering::Acquire))
    }

    /// The same result, remembered if it is a failure.
    pub(crate) fn noted<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if let (Err(_), Some(open)) = (&result, &self.0.open) {
            open.has_failed.store(true, Ordering::Release);
        }
        result
    }

    /// What hooks leave for the statements of this transaction. Nothing without one.
    pub(crate) fn with_left<R>(&self, f: impl FnOnce(&mut Left) -> R) -> Option<R> {
        let left = &self.0.open.as_ref()?.left;
        // Nothing that can panic runs under the lock.
        Some(f(&mut left.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The links that a statement changes.
    fn links_of(&self, statement: &Statement) -> Option<Now> {
        let has_returning = self.support_returning();
        self.with_left(|left| left.take(statement, has_returning))?
    }

    /// A statement, and `m2m_changed` around it if it changes links.
    async fn with_links<T>(
        &self,
        links: Option<Now>,
        run: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(mut links) = links else {
            return run.await;
        };
        Box::pin(links.before(self)).await?;
        let done = run.await?;
        Box::pin(links.after(self)).await?;
        Ok(done)
    }

    async fn one(self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.0.open {
            None => self.0.pool.query_one_raw(statement).await,
            Some(open) => self.noted(open.enter().await?.1.query_one_raw(statement).await),
        }
    }

    async fn run(self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.0.open {
            None => self.0.pool.execute_raw(statement).await,
            Some(open) => {
                let links = self.links_of(&statement);
                let run = async { self.noted(open.enter().await?.1.execute_raw(statement).await) };
                self.with_links(links, run).await
            }
        }
    }

    /// What has to be brought to its end, or else the transaction cannot be committed any more.
    pub(crate) async fn or_spoilt<T>(&self, work: impl Future<Output = T>) -> T {
        let spoils = self.0.open.as_deref().map(Spoils);
        let done = work.await;
        std::mem::forget(spoils);
        done
    }

    /// A statement, and the signal that comes after it.
    async fn and_then<R: Reply>(
        &self,
        after: After,
        statement: impl Future<Output = Result<R, DbErr>> + Send + 'static,
    ) -> Result<R, DbErr> {
        let write = after.write();
        if !after.sends() {
            let reply = statement.await?;
            after::tell(write, Word::Sent);
            return Ok(reply);
        }
        let handle = self.clone();
        let both = async move {
            let reply = statement.await?;
            let word = match after.sending(&reply, handle) {
                Sending::Now(sending) => sending.await.map(|()| Word::Sent)?,
                Sending::ByTheHook(fields) => Word::NotYet(fields),
                Sending::Never => Word::Sent,
            };
            Ok::<_, DbErr>((reply, word))
        };
        let (reply, word) = if self.is_transaction() {
            // The row is there when the transaction is committed, and not without its signal.
            self.or_spoilt(both).await?
        } else {
            // The row is there as soon as the statement has run, and its signal is to follow.
            to_its_end(both).await?
        };
        after::tell(write, word);
        Ok(reply)
    }
}

impl Open {
    fn signals(&self) -> MutexGuard<'_, Option<Arc<Transaction>>> {
        // Nothing that can panic runs under the lock.
        self.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The transaction, to work with.
    async fn enter(&self) -> Result<(RwLockReadGuard<'_, ()>, Arc<DatabaseTransaction>), DbErr> {
        let at_work = self.gate.read().await;
        let is_over_already = self.signals().is_none();
        match self.database.upgrade() {
            Some(database) if !is_over_already => Ok((at_work, database)),
            _ => Err(is_over()),
        }
    }
}

/// Dropped, and not forgotten, the transaction cannot be committed any more.
struct Spoils<'o>(&'o Open);

impl Drop for Spoils<'_> {
    fn drop(&mut self) {
        self.0.is_spoiled.store(true, Ordering::Release);
    }
}

fn outermost() -> Transaction {
    Scope::none().run(Transaction::begin)
}

fn is_over() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(
        "the transaction of this handle is over; a receiver that keeps a handle, in a task that it \
         spawns, has to take a `Db` instead"
            .to_owned(),
    ))
}

#[async_trait]
impl ConnectionTrait for Handle {
    fn get_database_backend(&self) -> DbBackend {
        probe::answer(self);
        self.0.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match after::take(self, &statement) {
            None => self.clone().run(statement).await,
            Some(after) => self.and_then(after, self.clone().run(statement)).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.0.open {
            None => self.0.pool.execute_unprepared(sql).await,
            Some(open) => self.noted(open.enter().await?.1.execute_unprepared(sql).await),
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match after::take(self, &statement) {
            None => {
                let sent = after::carry();
                let found = self.clone().one(statement).await;
                if let Some((write, word)) = sent {
                    after::tell(write, word);
                }
                found
            }
            Some(after) => self.and_then(after, self.clone().one(statement)).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0.open {
            None => self.0.pool.query_all_raw(statement).await,
            Some(open) => {
                let links = self.links_of(&statement);
                let run =
                    async { self.noted(open.enter().await?.1.query_all_raw(statement).await) };
                self.with_links(links, run).await
            }
        }
    }

    fn support_returning(&self) -> bool {
        self.0.pool.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.0.pool.is_mock_connection()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("using", &self.using())
            .field("is_transaction", &self.is_transaction())
            .finish_non_exhaustive()
    }
}
