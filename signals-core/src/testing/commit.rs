//! Transactions without a database.

use std::future::Future;

use crate::transaction::{CallbackErrors, Transaction};

/// Runs `f` in a transaction, and commits it: what waits for the commit runs. Also in the middle of
/// another one, of which it is no savepoint.
///
/// Django: [`captureOnCommitCallbacks(execute=True)`](https://docs.djangoproject.com/en/stable/topics/testing/tools/#django.test.TestCase.captureOnCommitCallbacks).
///
/// ```
/// use signals_core::{receiver, signal, testing};
///
/// signal! {
///     pub order_paid(number: u32);
/// }
///
/// #[receiver(order_paid, on_commit)]
/// fn send_receipt(number: u32) {}
///
/// let paid = testing::capture(&order_paid);
/// testing::simulate_commit(|| order_paid.send(OrderPaid { number: 7 }))?.unwrap();
/// signals_core::assert_sent_once!(paid);
/// # Ok::<(), signals_core::BoxError>(())
/// ```
///
/// # Errors
///
/// What failed after the commit. The value is lost then: it is a test that fails.
///
/// # Panics
///
/// When `f` or a `before_commit` receiver does, or when such a receiver fails.
#[track_caller]
pub fn simulate_commit<R>(f: impl FnOnce() -> R) -> Result<R, CallbackErrors> {
    let transaction = Transaction::outermost();
    let value = transaction.scope().run(f);
    if let Err(error) = transaction.before_commit() {
        panic!("a `before_commit` receiver prevented the commit: {error}");
    }
    transaction.committed().map(|()| value)
}

/// [`simulate_commit`], for async code.
///
/// # Errors
///
/// As there.
///
/// # Panics
///
/// As there.
pub async fn simulate_commit_async<F: Future>(future: F) -> Result<F::Output, CallbackErrors> {
    let transaction = Transaction::outermost();
    let value = transaction.scope().run_async(future).await;
    if let Err(error) = transaction.before_commit_async().await {
        panic!("a `before_commit` receiver prevented the commit: {error}");
    }
    transaction.committed_async().await.map(|()| value)
}

/// Runs `f` in a transaction, and rolls it back: what waits for the commit never runs.
///
/// # Errors
///
/// What failed after the rollback.
pub fn simulate_rollback<R>(f: impl FnOnce() -> R) -> Result<R, CallbackErrors> {
    let transaction = Transaction::outermost();
    let value = transaction.scope().run(f);
    transaction.rolled_back().map(|()| value)
}

/// [`simulate_rollback`], for async code.
///
/// # Errors
///
/// As there.
pub async fn simulate_rollback_async<F: Future>(future: F) -> Result<F::Output, CallbackErrors> {
    let transaction = Transaction::outermost();
    let value = transaction.scope().run_async(future).await;
    transaction.rolled_back_async().await.map(|()| value)
}
