//! What was begun is brought to its end, also when nobody waits for it any more.

use std::future::{Future, poll_fn};
use std::task::{Context, Poll};

use signals_core::BoxFuture;
use tokio::runtime::Handle;

/// Awaits the work here, on the task of the caller. Dropped before its end, the rest of it goes on on a
/// task of its own, in the span that it began in.
pub(crate) fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = T> + Send {
    #[cfg(feature = "tracing")]
    let work = tracing::Instrument::in_current_span(work);
    let mut work = ToItsEnd {
        work: Some(Box::pin(work)),
        has_begun: false,
    };
    poll_fn(move |cx| work.poll(cx))
}

struct ToItsEnd<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    has_begun: bool,
}

impl<T: Send + 'static> ToItsEnd<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<T> {
        // Taken out meanwhile: after a panic there is nothing to go on with.
        let Some(mut work) = self.work.take() else {
            return Poll::Pending;
        };
        self.has_begun = true;
        let polled = work.as_mut().poll(cx);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        if !self.has_begun {
            return;
        }
        // Without a runtime, there is nobody to wake it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(work);
        }
    }
}
