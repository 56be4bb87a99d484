//! After the commit, and not before.
//!
//! # What is a transaction, here?
//!
//! A unit of work in the [scope](crate::scope) of code that sends signals. It knows no database: an
//! adapter opens one beside each of its database's own, and says how that ended.
//!
//! A receiver says when it runs:
//!
//! | `#[receiver(post_save, …)]` | in a transaction | where none is open |
//! |---|---|---|
//! | (`inline`) | within the send | within the send |
//! | `before_commit` | before the outermost commit; its error prevents it | within the send |
//! | `on_commit` | after the outermost commit | within the send |
//! | `on_rollback` | after the rollback of what the send was part of | never |
//!
//! Each send and each receiver count: two sends are two calls. They come in the order of the sends
//! and, for one send, of the receivers. Conditions (`when =`) are asked by the send. The arguments
//! that a receiver names are cloned by the send, and only those; `#[state]` is looked up when it
//! runs. A function that is to run at several of these times has an attribute for each.
//!
//! A savepoint, which is a transaction within one, passes what waits on to the outer one when it is
//! released. Rolled back, it takes what was sent inside of it along, and its `on_rollback` receivers
//! run in the outer one.
//!
//! What a transaction that has ended left behind, a thread or task with its scope, is in the next
//! one around it that is open, or in none.
//!
//! ```
//! use signals_core::{receiver, signal, transaction};
//! # use std::sync::atomic::{AtomicU32, Ordering};
//! # static MAILS: AtomicU32 = AtomicU32::new(0);
//!
//! signal! {
//!     pub order_paid(number: u32, customer: &str);
//! }
//!
//! #[receiver(order_paid, on_commit)]
//! fn send_receipt(customer: &str) {
//!     println!("a mail to {customer}");
//! #   MAILS.fetch_add(1, Ordering::Relaxed);
//! }
//!
//! let committed = transaction::scope(|| {
//!     order_paid.send(OrderPaid { number: 7, customer: "Ada" })?;
//!     // The transaction is open: no mail yet.
//! #   assert_eq!(MAILS.load(Ordering::Relaxed), 0);
//!     Ok::<_, signals_core::SendError>("paid")
//! })?;
//! // A mail to Ada.
//! # assert_eq!(MAILS.load(Ordering::Relaxed), 1);
//! assert_eq!(committed.value, "paid");
//! # Ok::<(), signals_core::SendError>(())
//! ```
//!
//! # After the commit
//!
//! The transaction is over then, also for the receivers that are called: what they send, and what
//! they do [on commit](on_commit), happens at once; they may open transactions of their own. One
//! that fails or panics stops nobody. Each failure is an `ERROR` record on the log target
//! `signals.dispatch`, or an event of it where a subscriber of `tracing` takes that, and the commit
//! returns them all. The commit stands.
//!
//! The future that commits may be dropped while such receivers run, as axum does when a client
//! goes away. They are run to their end all the same: by the executor of [`set_executor`], or,
//! with the feature `tokio`, by the runtime they were on. Where there is neither, sync receivers
//! run before the drop returns, and each async one that is lost is logged. [`flush`] waits for what an
//! executor has.
//!
//! Django: [`transaction.on_commit`](https://docs.djangoproject.com/en/stable/topics/db/transactions/#performing-actions-after-commit).

mod completion;
mod executor;
mod job;
mod keep;
mod run;
mod under_way;
mod unit;

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use crate::error::{BoxError, ReceiverError, SendError};
use crate::receiver::Guarantee;
use crate::scope::{Layer, Scope};

pub use self::completion::{RunToCompletion, run_to_completion};
pub use self::executor::{ExecutorIsSet, set_executor};
pub use self::job::Work;
pub(crate) use self::job::{Job, Who};
pub use self::keep::{Kept, Tells, keep, keep_optional, lend_optional, told};
pub use self::under_way::{Flush, flush, under_way};
pub(crate) use self::unit::{Unit, current, push};

/// A unit of work that is open until it is committed or rolled back. Dropped, it is rolled back:
/// `on_rollback` receivers run before the drop returns, up to the first that has to be awaited; from
/// there on, they run elsewhere, as after a commit that is dropped.
///
/// For adapters, and for databases without one. Application code calls [`scope`] or what its
/// adapter offers.
///
/// ```
/// use signals_core::transaction::Transaction;
/// # struct Database;
/// # impl Database {
/// #     fn execute(&self, _: &str) -> Result<(), signals_core::BoxError> { Ok(()) }
/// # }
///
/// fn pay(database: &Database) -> Result<(), signals_core::BoxError> {
///     let transaction = Transaction::begin();
///     database.execute("BEGIN")?;
///     transaction.scope().run(|| database.execute("UPDATE …"))?;
///     transaction.before_commit()?;
///     database.execute("COMMIT")?;
///     transaction.committed()?;
///     Ok(())
/// }
/// # pay(&Database).unwrap();
/// ```
#[must_use = "dropped, a transaction is rolled back"]
pub struct Transaction {
    unit: Arc<Unit>,
}

impl Transaction {
    /// Opens a transaction, or a savepoint if one is open in the current scope.
    ///
    /// Nothing is part of it yet but what runs in its [`scope`](Self::scope).
    pub fn begin() -> Self {
        Self {
            unit: Unit::new(current()),
        }
    }

    /// Opens a transaction that is part of no other, whatever is open: for a second database.
    pub fn outermost() -> Self {
        Self {
            unit: Unit::new(None),
        }
    }

    /// Opens a savepoint of this transaction.
    pub fn savepoint(&self) -> Self {
        Self {
            unit: Unit::new(Some(Arc::clone(&self.unit))),
        }
    }

    /// Whether it is part of another transaction.
    pub fn is_savepoint(&self) -> bool {
        self.unit.parent().is_some()
    }

    /// The current scope with this transaction in it: to run what is part of it.
    pub fn scope(&self) -> Scope {
        Scope::current().with(Layer::Transaction(Some(Arc::clone(&self.unit))))
    }

    /// Runs the `before_commit` receivers, in the transaction; what they send is part of it.
    ///
    /// To be called right before the database's own commit. A savepoint has nothing to do here.
    ///
    /// # Errors
    ///
    /// The first receiver's. Those after it are not called, and the database must not commit. Or
    /// [`SendErrorKind::Recursion`](crate::SendErrorKind::Recursion), when such receivers keep
    /// sending what such receivers wait for.
    ///
    /// # Panics
    ///
    /// When a receiver does.
    pub fn before_commit(&self) -> Result<(), SendError> {
        if self.is_savepoint() {
            return Ok(());
        }
        self.scope().run(|| run::before(&self.unit))
    }

    /// [`before_commit`](Self::before_commit), awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn before_commit_async(&self) -> Result<(), SendError> {
        if self.is_savepoint() {
            return Ok(());
        }
        self.scope().run_async(run::before_async(&self.unit)).await
    }

    /// What is around it: where runs what waited for its end.
    fn around(&self) -> Scope {
        let around = self.unit.parent().and_then(Unit::open);
        Scope::current().with(Layer::Transaction(around))
    }

    /// Says that it was committed, and runs the `on_commit` receivers. A savepoint passes them on
    /// to the transaction that it is part of.
    ///
    /// `before_commit` receivers that nobody ran until now are run first, and prevent nothing.
    ///
    /// Async receivers are waited for where that cannot deadlock (see
    /// [`runtime`](crate::runtime)); elsewhere the executor gets them.
    ///
    /// # Errors
    ///
    /// What failed; all others ran, and the transaction is committed.
    pub fn committed(self) -> Result<(), CallbackErrors> {
        CallbackErrors::of(run::now(self.unit.commit(), self.around()))
    }

    /// [`committed`](Self::committed), awaiting async receivers. Dropped, they are run to their end
    /// elsewhere; see [`transaction`](crate::transaction).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn committed_async(self) -> impl Future<Output = Result<(), CallbackErrors>> + Send {
        // Taken now: a future that is dropped before its first poll has them too.
        let rest = run::Rest::new(self.unit.commit(), self.around());
        async move { CallbackErrors::of(rest.run().await) }
    }

    /// Says that it was rolled back, and runs the `on_rollback` receivers.
    ///
    /// # Errors
    ///
    /// What failed; all others ran.
    pub fn rolled_back(self) -> Result<(), CallbackErrors> {
        CallbackErrors::of(run::now(self.unit.roll_back(), self.around()))
    }

    /// [`rolled_back`](Self::rolled_back), awaiting async receivers.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn rolled_back_async(self) -> impl Future<Output = Result<(), CallbackErrors>> + Send {
        let rest = run::Rest::new(self.unit.roll_back(), self.around());
        async move { CallbackErrors::of(rest.run().await) }
    }

    /// Ends it when nobody knows how it ended: the answer to the database's commit was lost. Neither
    /// `on_commit` nor `on_rollback` receivers run; telling is the caller's business.
    pub fn abandon(self) {
        // What is thrown away here is the receivers that wait for the rollback.
        drop(self.unit.roll_back());
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let jobs = self.unit.roll_back();
        if !jobs.is_empty() {
            run::Rest::new(jobs, self.around()).start();
        }
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("is_savepoint", &self.is_savepoint())
            .finish_non_exhaustive()
    }
}

/// What came of [`scope`] after its commit.
#[derive(Debug)]
#[non_exhaustive]
pub struct Committed<T> {
    /// What the work returned.
    pub value: T,
    /// What failed after the commit, in the order in which it ran. Each was logged.
    pub errors: Vec<ReceiverError>,
}

/// Runs `work` in a transaction: committed if it returns `Ok`, rolled back if it returns `Err` or
/// panics. Inside of another one, it is a savepoint of it.
///
/// No database takes part. With one, see [`Transaction`], or use its adapter.
///
/// Django: [`transaction.atomic`](https://docs.djangoproject.com/en/stable/topics/db/transactions/#django.db.transaction.atomic).
///
/// # Errors
///
/// What `work` returns, or what failed before the commit. It was rolled back.
///
/// # Panics
///
/// When `work` does, after the rollback; or when a `before_commit` receiver does.
#[doc(alias = "atomic")]
pub fn scope<T, E: From<SendError>>(
    work: impl FnOnce() -> Result<T, E>,
) -> Result<Committed<T>, E> {
    let transaction = Transaction::begin();
    let done = transaction.scope().run(work);
    let done = done.and_then(|value| transaction.before_commit().map(|()| value).map_err(E::from));
    match done {
        Ok(value) => Ok(Committed {
            value,
            errors: CallbackErrors::list(transaction.committed()),
        }),
        Err(error) => {
            // They were logged, and the error that caused this is the one to tell.
            drop(transaction.rolled_back());
            Err(error)
        }
    }
}

/// Awaits `work` in a transaction: [`scope`] for async code. Dropped before its end, it is rolled
/// back.
///
/// # Errors
///
/// As there.
#[doc(alias = "atomic")]
pub async fn scope_async<T, E, F>(work: F) -> Result<Committed<T>, E>
where
    E: From<SendError>,
    F: Future<Output = Result<T, E>>,
{
    let transaction = Transaction::begin();
    let done = match transaction.scope().run_async(work).await {
        Ok(value) => match transaction.before_commit_async().await {
            Ok(()) => Ok(value),
            Err(error) => Err(error.into()),
        },
        Err(error) => Err(error),
    };
    match done {
        Ok(value) => Ok(Committed {
            value,
            errors: CallbackErrors::list(transaction.committed_async().await),
        }),
        Err(error) => {
            drop(transaction.rolled_back_async().await);
            Err(error)
        }
    }
}

/// Whether a transaction is open in the current scope.
pub fn is_open() -> bool {
    current().is_some()
}

/// Runs `callback` after the outermost commit, in its place among the `on_commit` receivers. Where
/// no transaction is open, at once.
///
/// ```
/// use signals_core::{SendError, transaction};
///
/// transaction::scope(|| {
///     transaction::on_commit(|| println!("it is saved"))?;
///     Ok::<_, signals_core::BoxError>(())
/// })?;
/// # Ok::<(), signals_core::BoxError>(())
/// ```
///
/// # Errors
///
/// Its own, where it runs at once. Else `Ok`, and the commit returns them.
///
/// # Panics
///
/// When it does, where it runs at once.
#[track_caller]
pub fn on_commit<F, R>(callback: F) -> Result<(), BoxError>
where
    F: FnOnce() -> R + Send + 'static,
    R: CallbackResult,
{
    later(Guarantee::OnCommit, callback)
}

/// Runs `callback` before the outermost commit, in its place among the `before_commit` receivers.
/// Its error prevents the commit. Where no transaction is open, at once.
///
/// # Errors
///
/// As [`on_commit`].
///
/// # Panics
///
/// As [`on_commit`].
#[track_caller]
pub fn before_commit<F, R>(callback: F) -> Result<(), BoxError>
where
    F: FnOnce() -> R + Send + 'static,
    R: CallbackResult,
{
    later(Guarantee::BeforeCommit, callback)
}

/// Runs `callback` after the rollback of the innermost transaction that is open, or of one around
/// it. Where none is open, never.
#[track_caller]
pub fn on_rollback<F, R>(callback: F)
where
    F: FnOnce() -> R + Send + 'static,
    R: CallbackResult,
{
    // Nothing runs here that could fail.
    drop(later(Guarantee::OnRollback, callback));
}

#[track_caller]
fn later<F, R>(guarantee: Guarantee, callback: F) -> Result<(), BoxError>
where
    F: FnOnce() -> R + Send + 'static,
    R: CallbackResult,
{
    let work = Work::sync(move || callback().done());
    let job = Job::callback::<F>(guarantee, Location::caller(), work);
    match unit::push(guarantee, job) {
        None => Ok(()),
        Some(_) if guarantee == Guarantee::OnRollback => Ok(()),
        Some(job) => match job.into_work() {
            Work::Sync(work) => work(),
            Work::Async(_) => unreachable!("it was made of a closure"),
        },
    }
}

/// Awaits `callback` after the outermost commit, in its place among the `on_commit` receivers.
/// Where no transaction is open, at once.
///
/// To be awaited itself: it is left to the transaction by the first poll.
///
/// # Errors
///
/// As [`on_commit`].
///
/// # Panics
///
/// As [`on_commit`].
#[track_caller]
pub fn on_commit_async<F, R>(callback: F) -> impl Future<Output = Result<(), BoxError>> + Send
where
    F: Future<Output = R> + Send + 'static,
    R: CallbackResult,
{
    let work = Work::asynchronous(async move { callback.await.done() });
    let job = Job::callback::<F>(Guarantee::OnCommit, Location::caller(), work);
    async move {
        match unit::push(Guarantee::OnCommit, job).map(Job::into_work) {
            None => Ok(()),
            Some(Work::Async(work)) => work.await,
            Some(Work::Sync(_)) => unreachable!("it was made of a future"),
        }
    }
}

/// What a callback may return: nothing, or a `Result` of nothing with any error.
#[diagnostic::on_unimplemented(
    message = "a callback has to return `()`, or `Result<(), E>`",
    label = "this returns `{Self}`",
    note = "`E` is any error that may go to another thread: `anyhow::Error`, `Box<dyn Error + Send + Sync>`, or a type with `std::error::Error` that is `Send`, `Sync` and `'static`"
)]
pub trait CallbackResult {
    #[doc(hidden)]
    fn done(self) -> Result<(), BoxError>;
}

#[diagnostic::do_not_recommend]
impl CallbackResult for () {
    fn done(self) -> Result<(), BoxError> {
        Ok(())
    }
}

// One error about what is returned, instead of several about what its error is not.
#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> CallbackResult for Result<(), E> {
    fn done(self) -> Result<(), BoxError> {
        self.map_err(Into::into)
    }
}

/// What failed after a commit or a rollback: at least one. Each was logged.
///
/// The first is the [`source`](Error::source).
#[derive(Debug)]
pub struct CallbackErrors(Vec<ReceiverError>);

impl CallbackErrors {
    fn of(errors: Vec<ReceiverError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    fn list(result: Result<(), Self>) -> Vec<ReceiverError> {
        result.map_or_else(|errors| errors.0, |()| Vec::new())
    }

    /// The errors, in the order in which the receivers ran.
    pub fn errors(&self) -> &[ReceiverError] {
        &self.0
    }

    /// The errors, by value.
    pub fn into_errors(self) -> Vec<ReceiverError> {
        self.0
    }
}

impl fmt::Display for CallbackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let receivers = if count == 1 { "receiver" } else { "receivers" };
        write!(
            f,
            "{count} {receivers} failed after the end of the transaction, which stands"
        )
    }
}

impl Error for CallbackErrors {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let first = self.0.first()?;
        Some(first)
    }
}
