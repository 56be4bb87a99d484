//! Async functions as run-time receivers.

use std::future::Future;
use std::sync::Arc;

use crate::error::BoxError;
use crate::receiver::IntoAnswer;
use crate::signal::{BoxFuture, SharedSpec, Spec};

/// What [`Signal::connect_async`](crate::Signal::connect_async) takes: an async function of the payload, `async fn(&OrderPaid)`,
/// whose future is `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async receiver of the signal `{S}`",
    label = "an `async fn` of a reference to the payload, with a `Send` future and an answer that fits, is one",
    note = "a closure that captures something is for `connect_boxed`"
)]
pub trait AsyncReceiver<'b, S: Spec> {
    #[doc(hidden)]
    fn start(&self, args: &'b S::Args<'_>) -> BoxFuture<'b, Result<S::Answer, BoxError>>;
}

impl<'b, S, F, Fut> AsyncReceiver<'b, S> for F
where
    S: SharedSpec,
    F: Fn(&'b S::Args<'b>) -> Fut,
    Fut: Future + Send + 'b,
    Fut::Output: IntoAnswer<S, S::Answer>,
{
    fn start(&self, args: &'b S::Args<'_>) -> BoxFuture<'b, Result<S::Answer, BoxError>> {
        let future = self(S::shorten(args));
        Box::pin(async move { future.await.into_answer() })
    }
}

/// What [`Signal::connect_async_weak`](crate::Signal::connect_async_weak) takes: an async function of the owner and the payload,
/// `async fn(Arc<T>, &OrderPaid)`, whose future is `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async receiver of the signal `{S}`",
    label = "an `async fn` of an `Arc<{T}>` and a reference to the payload, with a `Send` future and an answer that fits, is one"
)]
pub trait AsyncMethod<'b, T, S: Spec> {
    #[doc(hidden)]
    fn start(
        &self,
        owner: Arc<T>,
        args: &'b S::Args<'_>,
    ) -> BoxFuture<'b, Result<S::Answer, BoxError>>;
}

impl<'b, T, S, F, Fut> AsyncMethod<'b, T, S> for F
where
    S: SharedSpec,
    F: Fn(Arc<T>, &'b S::Args<'b>) -> Fut,
    Fut: Future + Send + 'b,
    Fut::Output: IntoAnswer<S, S::Answer>,
{
    fn start(
        &self,
        owner: Arc<T>,
        args: &'b S::Args<'_>,
    ) -> BoxFuture<'b, Result<S::Answer, BoxError>> {
        let future = self(owner, S::shorten(args));
        Box::pin(async move { future.await.into_answer() })
    }
}
