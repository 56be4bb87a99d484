//! A future that is run to its end, also when nobody waits for it any more.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Polled in place. Dropped before its end, it goes on as a task of the runtime it began on.
pub(super) struct ToTheEnd<T: Send + 'static> {
    future: Option<Boxed<T>>,
    runtime: Option<Handle>,
}

impl<T: Send> ToTheEnd<T> {
    pub(super) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            future: Some(Box::pin(future)),
            runtime: Handle::try_current().ok(),
        }
    }
}

impl<T: Send> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        // A panic takes it along: it cannot be polled again.
        let Some(mut future) = self.future.take() else {
            return Poll::Pending;
        };
        let poll = future.as_mut().poll(cx);
        if poll.is_pending() {
            self.future = Some(future);
        }
        poll
    }
}

impl<T: Send> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        let runtime = self.runtime.take().or_else(|| Handle::try_current().ok());
        if let (Some(future), Some(runtime)) = (self.future.take(), runtime) {
            drop(runtime.spawn(async move { drop(future.await) }));
        }
    }
}
