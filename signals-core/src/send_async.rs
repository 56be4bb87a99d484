//! Sending from async code.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use crate::depth::nested;
use crate::error::{BoxError, SendError};
use crate::responses::{Plain, Robust};
use crate::send::{Caught, caught, failed, refused};
use crate::signal::{BoxFuture, Signal, Spec};
use crate::table::{Call, Calls, Target};

impl<S: Spec> Signal<S> {
    /// Like [`send`](Self::send), and awaits async receivers, one after another in the same order.
    ///
    /// A sync receiver is called as it is, on the task's thread: it is neither boxed nor moved.
    /// Dropping the future stops there: the receivers not yet started never run, the one that is
    /// being awaited is dropped. Nothing runs before the first poll.
    ///
    /// Django: [`Signal.asend`](https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals),
    /// which awaits its async receivers at once; that is [`concurrent`](Self::concurrent).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), but async receivers are always possible.
    ///
    /// # Panics
    ///
    /// When a receiver does.
    #[expect(
        clippy::manual_async_fn,
        reason = "`Send` is promised, for generic code too"
    )]
    pub fn send_async(
        &'static self,
        payload: S::Args<'_>,
    ) -> impl Future<Output = Result<S::Responses, SendError>> + Send {
        async move {
            if self.registry.is_empty() {
                return Ok(S::Responses::default());
            }
            let send = pin!(self.send_in_turn(payload));
            nested(S::INFO, send).await?
        }
    }

    async fn send_in_turn(
        &'static self,
        mut payload: S::Args<'_>,
    ) -> Result<S::Responses, SendError> {
        let snapshot = self.registry.snapshot().into_owned();
        let table = snapshot.table();
        if let Some(Calls::Functions(calls, slots)) = table.direct(|| S::sender(&payload)) {
            return self.send_directly(calls, table, slots, &mut payload);
        }
        let selection = table.select(S::sender(&payload));
        let mut responses = S::Responses::default();
        let mut gone = false;
        responses.expect(selection.len());
        for slot in selection.slots() {
            let (call, receiver) = (table.call(slot), || table.receiver(slot));
            if !call.applies(&payload) {
                continue;
            }
            let answer = match call.begin(&mut payload) {
                Begun::Future(future) => future.await,
                Begun::Ended(answer) => answer,
                Begun::Gone => {
                    gone = true;
                    continue;
                }
            };
            match answer {
                Ok(answer) => responses.answered(|| receiver().clone(), answer),
                Err(error) => return Err(failed::<S>(receiver(), &payload, error)),
            }
        }
        if gone {
            self.registry.purge();
        }
        Ok(responses)
    }

    /// Like [`send_robust`](Self::send_robust), and awaits async receivers, one after another in
    /// the same order. What a receiver panics with while it is awaited is its result too.
    ///
    /// Django: [`Signal.asend_robust`](https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals).
    ///
    /// # Errors
    ///
    /// All in the result. Where no receiver could be called at all, it says why in `refused()`.
    #[expect(
        clippy::manual_async_fn,
        reason = "`Send` is promised, for generic code too"
    )]
    pub fn send_robust_async(
        &'static self,
        payload: S::Args<'_>,
    ) -> impl Future<Output = S::RobustResponses> + Send {
        async move {
            if self.registry.is_empty() {
                return S::RobustResponses::default();
            }
            let send = pin!(self.send_robust_in_turn(payload));
            match nested(S::INFO, send).await {
                Ok(responses) => responses,
                Err(error) => refused::<S>(error),
            }
        }
    }

    async fn send_robust_in_turn(&'static self, mut payload: S::Args<'_>) -> S::RobustResponses {
        let snapshot = self.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(S::sender(&payload));
        let mut responses = S::RobustResponses::default();
        let mut gone = false;
        responses.expect(selection.len());
        for slot in selection.slots() {
            let (call, receiver) = (table.call(slot), || table.receiver(slot));
            let called = match caught(|| {
                let applies = call.applies(&payload);
                Ok(applies.then(|| call.begin(&mut payload)))
            }) {
                Ok(None) => continue,
                Ok(Some(Begun::Future(future))) => caught_async(future).await,
                Ok(Some(Begun::Ended(answer))) => answer.map_err(Caught::Error),
                Ok(Some(Begun::Gone)) => {
                    gone = true;
                    continue;
                }
                Err(failure) => Err(failure),
            };
            match called {
                Ok(answer) => responses.answered(|| receiver().clone(), answer),
                Err(failure) => responses.failed(failure.of::<S>(receiver(), &payload)),
            }
        }
        if gone {
            self.registry.purge();
        }
        responses
    }
}

/// A receiver after its call, or before its first poll.
pub(crate) enum Begun<'b, R> {
    Future(BoxFuture<'b, Result<R, BoxError>>),
    Ended(Result<R, BoxError>),
    /// Its weak owner is.
    Gone,
}

impl<S: Spec> Call<S> {
    #[inline]
    pub(crate) fn begin<'b>(&'b self, payload: &'b mut S::Args<'_>) -> Begun<'b, S::Answer> {
        match &self.target {
            Target::AsyncFn(f) => Begun::Future(S::call_async(*f, payload)),
            Target::Fn(f) => Begun::Ended(S::call(*f, payload)),
            Target::Connected(receiver) => receiver.call(payload).map_or(Begun::Gone, Begun::Ended),
            Target::ConnectedAsync(receiver) => {
                receiver.call(payload).map_or(Begun::Gone, Begun::Future)
            }
        }
    }
}

async fn caught_async<R>(mut future: BoxFuture<'_, Result<R, BoxError>>) -> Result<R, Caught> {
    poll_fn(|cx| poll_caught(&mut future, cx)).await
}

/// Polls a receiver of a robust send.
pub(crate) fn poll_caught<R>(
    future: &mut BoxFuture<'_, Result<R, BoxError>>,
    cx: &mut Context<'_>,
) -> Poll<Result<R, Caught>> {
    match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(result)) => Poll::Ready(result.map_err(Caught::Error)),
        Err(panic) => Poll::Ready(Err(Caught::Panic(panic))),
    }
}
