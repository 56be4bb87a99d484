//! Sending from async code.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use crate::depth::nested;
use crate::error::{BoxError, SendError};
use crate::receiver::{ReceiverRef, Started};
use crate::responses::{Plain, Robust};
use crate::scene::{Scene, Site};
use crate::send::{Caught, caught, failed, refused};
use crate::signal::{BoxFuture, Signal, Spec};
use crate::table::{Call, Calls, Table, Target};

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
    #[track_caller]
    pub fn send_async(
        &'static self,
        mut payload: S::Args<'_>,
    ) -> impl Future<Output = Result<S::Responses, SendError>> + Send {
        let site = Location::caller();
        async move {
            if self.registry.is_empty() {
                return Ok(S::Responses::default());
            }
            let sent = {
                let send = pin!(self.send_in_turn(&mut payload, site));
                nested(S::INFO, send).await
            };
            sent.unwrap_or_else(|error| Err(Self::refuse(&payload, site, error)))
        }
    }

    async fn send_in_turn(
        &'static self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        let snapshot = self.registry.snapshot().into_owned();
        let table = snapshot.table();
        match self.direct(table, payload) {
            Some(Calls::Functions(calls, slots)) => {
                return self.send_directly(calls, table, slots, payload);
            }
            Some(Calls::Mixed(calls, slots)) => {
                return self.send_directly(calls, table, slots, payload);
            }
            Some(Calls::Awaited(slots)) => {
                return self.await_each(table, slots, payload).await;
            }
            None => {}
        }
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::of(self, payload, selection, site);
        let mut responses = S::Responses::default();
        responses.expect(selection.len());
        let mut called = 0;
        for slot in selection.slots() {
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            let answer = match call.begin_in_turn(payload, receiver, &mut scene) {
                Begun::Future(future) => scene.awaited(future).await,
                Begun::Ended(answer) => answer,
                Begun::Not => continue,
            };
            match answer {
                Ok(answer) => responses.answered(|| receiver.clone(), answer),
                Err(error) => {
                    self.take_out_gone(&mut scene);
                    return Err(failed::<S>(receiver, payload, error));
                }
            }
            called += 1;
        }
        self.take_out_gone(&mut scene);
        responses.called(called);
        Ok(responses)
    }

    /// Receivers that only have to be called and awaited.
    async fn await_each(
        &'static self,
        table: &Table<S>,
        slots: &[u32],
        payload: &mut S::Args<'_>,
    ) -> Result<S::Responses, SendError> {
        let mut responses = S::Responses::default();
        responses.expect(slots.len());
        let mut gone = 0;
        for slot in slots {
            let call = table.call(*slot);
            let answer = match polled(|cx| call.begin(payload, Some(cx))).await {
                Begun::Ended(answer) => answer,
                Begun::Future(future) => polled_before(future).await,
                Begun::Not => {
                    gone += 1;
                    continue;
                }
            };
            match answer {
                Ok(answer) => responses.answered(|| table.receiver(*slot).clone(), answer),
                Err(error) => {
                    if gone > 0 {
                        self.registry.purge();
                    }
                    return Err(failed::<S>(table.receiver(*slot), payload, error));
                }
            }
        }
        if gone > 0 {
            self.registry.purge();
        }
        responses.called(slots.len() - gone);
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
    #[track_caller]
    pub fn send_robust_async(
        &'static self,
        mut payload: S::Args<'_>,
    ) -> impl Future<Output = S::RobustResponses> + Send {
        let site = Location::caller();
        async move {
            if self.registry.is_empty() {
                return S::RobustResponses::default();
            }
            let sent = {
                let send = pin!(self.send_robust_in_turn(&mut payload, site));
                nested(S::INFO, send).await
            };
            sent.unwrap_or_else(|error| refused::<S>(Self::refuse(&payload, site, error)))
        }
    }

    async fn send_robust_in_turn(
        &'static self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> S::RobustResponses {
        let snapshot = self.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::of(self, payload, selection, site);
        let mut responses = S::RobustResponses::default();
        responses.expect(selection.len());
        let mut called = 0;
        for slot in selection.slots() {
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            let answer = match caught(|| Ok(call.begin_in_turn(payload, receiver, &mut scene))) {
                Ok(Begun::Future(future)) => {
                    let answer = caught_async(future).await;
                    if answer.is_ok() {
                        scene.ended(Some(&Ok(())));
                    }
                    answer
                }
                Ok(Begun::Ended(answer)) => answer.map_err(Caught::Error),
                Ok(Begun::Not) => continue,
                Err(failure) => Err(failure),
            };
            match answer {
                Ok(answer) => responses.answered(|| receiver.clone(), answer),
                Err(failure) => {
                    responses.failed(scene.failed::<S>(failure, receiver, payload));
                }
            }
            called += 1;
        }
        self.take_out_gone(&mut scene);
        responses.called(called);
        responses
    }

    /// Takes out the connections that turned out to have no owner or scope any more.
    #[inline]
    pub(crate) fn take_out_gone(&'static self, scene: &mut Scene) {
        if std::mem::take(&mut scene.gone) {
            self.registry.purge();
        }
    }
}

/// A receiver after its call.
pub(crate) enum Begun<'b, R> {
    Future(BoxFuture<'b, Result<R, BoxError>>),
    Ended(Result<R, BoxError>),
    /// It is not its turn, or its weak owner is gone.
    Not,
}

impl<'b, R> From<Started<'b, Result<R, BoxError>>> for Begun<'b, R> {
    #[inline]
    fn from(started: Started<'b, Result<R, BoxError>>) -> Self {
        match started {
            Started::Ended(answer) => Self::Ended(answer),
            Started::Waiting(future) => Self::Future(future),
        }
    }
}

impl<'b, R> Begun<'b, R> {
    /// A connection's future, polled once where there is a `cx`. `None`: its weak owner is gone.
    pub(crate) fn boxed(
        future: Option<BoxFuture<'b, Result<R, BoxError>>>,
        cx: Option<&mut Context<'_>>,
    ) -> Self {
        match (future, cx) {
            (None, _) => Self::Not,
            (Some(future), None) => Self::Future(future),
            (Some(mut future), Some(cx)) => match future.as_mut().poll(cx) {
                Poll::Ready(answer) => Self::Ended(answer),
                Poll::Pending => Self::Future(future),
            },
        }
    }
}

impl<S: Spec> Call<S> {
    /// Calls the receiver, if it is its turn; a future is not polled yet.
    #[inline]
    pub(crate) fn begin_in_turn<'b>(
        &'b self,
        payload: &'b mut S::Args<'_>,
        receiver: &ReceiverRef,
        scene: &mut Scene,
    ) -> Begun<'b, S::Answer> {
        match scene.is_due(self, receiver, payload) {
            Ok(true) => {}
            Ok(false) => return Begun::Not,
            Err(error) => return Begun::Ended(Err(error)),
        }
        match scene.run(receiver, || self.begin(payload, None)) {
            Begun::Future(future) => Begun::Future(scene.traced(future)),
            Begun::Ended(answer) => {
                scene.ended(Some(&answer));
                Begun::Ended(answer)
            }
            Begun::Not => {
                scene.ended::<()>(None);
                Begun::Not
            }
        }
    }

    /// Calls the receiver. A future is polled once where there is a `cx`.
    #[inline]
    fn begin<'b>(
        &'b self,
        payload: &'b mut S::Args<'_>,
        cx: Option<&mut Context<'_>>,
    ) -> Begun<'b, S::Answer> {
        match &self.target {
            Target::AsyncFn(f) => S::start(*f, payload, cx).into(),
            Target::ConnectedAsync(receiver) => Begun::boxed(receiver.call(payload), cx),
            Target::Fn(f) => Begun::Ended(S::call(*f, payload)),
            Target::Connected(receiver) => receiver.call(payload).map_or(Begun::Not, Begun::Ended),
        }
    }
}

/// Awaits a future that had its turn in this poll of the task.
#[inline]
fn polled_before<R>(mut future: BoxFuture<'_, R>) -> impl Future<Output = R> {
    let mut had_its_turn = true;
    poll_fn(move |cx| {
        if std::mem::take(&mut had_its_turn) {
            return Poll::Pending;
        }
        future.as_mut().poll(cx)
    })
}

/// What `f` makes of the task's context, at once.
#[inline]
pub(crate) fn polled<R>(f: impl FnOnce(&mut Context<'_>) -> R) -> impl Future<Output = R> {
    let mut f = Some(f);
    poll_fn(move |cx| match f.take() {
        Some(f) => Poll::Ready(f(cx)),
        None => unreachable!("it is ready at its first poll"),
    })
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
