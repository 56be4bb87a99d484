//! What was begun is brought to its end, also when nobody waits for it any more.

use std::future::{Future, poll_fn};
use std::task::{Context, Poll};

use signals_core::BoxFuture;
use tokio::runtime::Handle;

/// Awaits the work here, on the task of the caller. Dropped before its end, the rest of it goes on on a
/// task of its own, in the runtime and the span in which it was polled first.
pub(crate) fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = T> + Send {
    let mut work = ToItsEnd {
        work: Some(Box::pin(work)),
        begun: None,
    };
    poll_fn(move |cx| work.poll(cx))
}

struct ToItsEnd<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    begun: Option<Begun>,
}

/// Where it was polled first.
struct Begun {
    /// Without a runtime, there is nobody to wake it on a task of its own.
    runtime: Option<Handle>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Begun {
    fn here() -> Self {
        Self {
            runtime: Handle::try_current().ok(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }
}

impl<T: Send + 'static> ToItsEnd<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        // Taken out meanwhile: after a panic there is nothing to go on with.
        let Some(mut work) = self.work.take() else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_pending() {
            self.work = Some(work);
            self.begun.get_or_insert_with(Begun::here);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        let (Some(work), Some(begun)) = (self.work.take(), self.begun.take()) else {
            return;
        };
        let Some(runtime) = begun.runtime else { return };
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(work, begun.span);
        runtime.spawn(work);
    }
}
