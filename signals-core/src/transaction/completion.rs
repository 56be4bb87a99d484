//! What was begun is brought to its end, also when nobody waits for it any more.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use super::executor::{self, Executor};
use super::under_way::Counted;
use crate::signal::BoxFuture;

/// Awaits `work` in place. Dropped between its first poll and its end, the rest of it is run, with the
/// feature `tokio`, by the runtime it began on, else by the executor of
/// [`set_executor`](super::set_executor), and `unheard` gets the result that nobody awaits any more. In this
/// order, for `work` may wait for what only its own runtime drives.
///
/// For adapters: a web server drops the future of a request whose client has gone. Dropped between a
/// statement and its signal, there would be a row that nobody heard of.
///
/// What was handed over is [`under_way`](super::under_way) until its end, and with the feature `tracing`
/// in the span in which it began. It takes no scope along: `work` is to be one that
/// [does](crate::in_current_scope). Where there is no executor, or that stops, it is dropped, and that is an
/// `ERROR` record on the log target `signals.dispatch`.
///
/// ```
/// use signals_core::{in_current_scope, transaction};
///
/// # async fn insert() -> Result<u64, std::io::Error> { Ok(1) }
/// # async fn save() -> Result<u64, std::io::Error> {
/// let write = in_current_scope(async {
///     let row = insert().await?;
///     // Sends `post_save`.
///     Ok(row)
/// });
/// transaction::run_to_completion(write, |result| {
///     if let Err(error) = result {
///         log::error!("a write that was cancelled has failed: {error}");
///     }
/// })
/// .await
/// # }
/// ```
///
/// # Panics
///
/// As `work` does; never polled again, it stays pending from then on. What was handed over panics
/// where the executor runs it.
pub fn run_to_completion<T: 'static>(
    work: impl Future<Output = T> + Send + 'static,
    unheard: impl FnOnce(T) + Send + 'static,
) -> RunToCompletion<T> {
    RunToCompletion {
        rest: Some((Box::pin(work), Box::new(unheard))),
        begun: None,
    }
}

type Unheard<T> = Box<dyn FnOnce(T) + Send>;

/// The future of [`run_to_completion`].
#[must_use = "a future does nothing until it is awaited"]
pub struct RunToCompletion<T: 'static> {
    rest: Option<(BoxFuture<'static, T>, Unheard<T>)>,
    begun: Option<Begun>,
}

/// Where it was polled first.
struct Begun {
    executor: Option<Executor>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Begun {
    fn here() -> Self {
        Self {
            executor: executor::here(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }
}

impl<T> Future for RunToCompletion<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        // Taken out meanwhile: after a panic there is nothing to go on with.
        let Some((mut work, unheard)) = self.rest.take() else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(cx);
        if polled.is_pending() {
            self.rest = Some((work, unheard));
            self.begun.get_or_insert_with(Begun::here);
        }
        polled
    }
}

impl<T> Drop for RunToCompletion<T> {
    fn drop(&mut self) {
        let (Some((work, unheard)), Some(begun)) = (self.rest.take(), self.begun.take()) else {
            return;
        };
        let Some(executor) = begun.executor.or_else(executor::here) else {
            return lost(
                "no executor runs the rest; hand one over with `transaction::set_executor`",
            );
        };
        let end = End {
            is_reached: false,
            _counted: Counted::new(),
        };
        let rest = async move {
            let mut end = end;
            unheard(work.await);
            end.is_reached = true;
        };
        #[cfg(feature = "tracing")]
        let rest = tracing::Instrument::instrument(rest, begun.span);
        executor.spawn(Box::pin(rest));
    }
}

/// Of what was handed over.
struct End {
    is_reached: bool,
    _counted: Counted,
}

impl Drop for End {
    fn drop(&mut self) {
        // A panic is told by the executor.
        if !self.is_reached && !thread::panicking() {
            lost("the executor that had the rest has stopped");
        }
    }
}

fn lost(why: &str) {
    log::error!(
        target: "signals.dispatch",
        "what was to be run to completion is dropped, and signals may be lost: {why}"
    );
}

impl<T> fmt::Debug for RunToCompletion<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunToCompletion")
    }
}
