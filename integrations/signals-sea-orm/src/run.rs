//! What was begun is brought to its end, also when nobody waits for it any more.
//!
//! A web server drops the future of a request whose client has gone. Dropped between a statement and
//! its signal, there would be a row that nobody heard of.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use signals_core::{BoxFuture, in_current_scope};
use tokio::runtime;

/// Awaits the work here, in the caller's own task. Dropped before its end, the rest of it is run by
/// the tokio runtime. Where there is none, it is dropped, and that is logged.
///
/// An error that nobody is there to get is logged.
pub(crate) fn to_its_end<T: Send + 'static, E: fmt::Display + Send + 'static>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> impl Future<Output = Result<T, E>> + Send {
    let mut work = ToItsEnd {
        work: Some(Box::pin(in_current_scope(work))),
        has_begun: false,
    };
    poll_fn(move |cx| work.poll(cx))
}

struct ToItsEnd<T: Send + 'static, E: fmt::Display + Send + 'static> {
    work: Option<BoxFuture<'static, Result<T, E>>>,
    has_begun: bool,
}

impl<T: Send + 'static, E: fmt::Display + Send + 'static> ToItsEnd<T, E> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, E>> {
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

impl<T: Send + 'static, E: fmt::Display + Send + 'static> Drop for ToItsEnd<T, E> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        if !self.has_begun {
            return;
        }
        match runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                if let Err(error) = work.await {
                    log::error!(
                        target: "signals.sea_orm",
                        "a write that was cancelled has failed: {error}"
                    );
                }
            })),
            Err(_) => log::error!(
                target: "signals.sea_orm",
                "a write was cancelled, and its signal is lost: there is no tokio runtime to bring \
                 it to its end"
            ),
        }
    }
}
