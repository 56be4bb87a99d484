//! Awaiting all async receivers at once.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::depth::nested;
use crate::error::{BoxError, SendError};
use crate::responses::{Plain, Robust};
use crate::send::{Caught, caught, failed, refused};
use crate::send_async::caught_async;
use crate::signal::{BoxFuture, SharedSpec, Signal};
use crate::table::{Call, Entry, Selection, Table};

/// Sends of a signal that await its async receivers at once; made by [`Signal::concurrent`].
pub struct Concurrent<S: SharedSpec>(&'static Signal<S>);

impl<S: SharedSpec> Signal<S> {
    /// Sends that call sync receivers first, in order, and then await all async ones at once, on
    /// the caller's task.
    ///
    /// This is what Django's `asend` does since 6.1. Answers come in the defined order of the
    /// receivers, whoever finished first. A signal with an `&mut` argument has no such mode.
    ///
    /// ```
    /// use signals_core::{receiver, signal};
    ///
    /// signal! {
    ///     pub price_asked(weight: u32) -> u32;
    /// }
    ///
    /// #[receiver(price_asked)]
    /// async fn post(weight: u32) -> u32 { weight * 3 }
    ///
    /// #[receiver(price_asked)]
    /// async fn courier(weight: u32) -> u32 { weight + 10 }
    ///
    /// # async fn ask() -> Result<(), signals_core::SendError> {
    /// let prices = price_asked.concurrent().send_async(PriceAsked { weight: 7 }).await?;
    /// assert_eq!(prices.into_answers().collect::<Vec<_>>(), [21, 17]);
    /// # Ok(()) }
    /// # signals_core::runtime::may_block(|| ());
    /// ```
    pub fn concurrent(&'static self) -> Concurrent<S> {
        Concurrent(self)
    }
}

impl<S: SharedSpec> Concurrent<S> {
    /// Like [`Signal::send_async`], with all async receivers at once.
    ///
    /// # Errors
    ///
    /// The first error, by time; the async receivers still running are dropped. When a sync
    /// receiver fails, no async one is started.
    ///
    /// # Panics
    ///
    /// When a receiver does; the others are dropped.
    pub fn send_async<'p>(
        self,
        payload: S::Args<'p>,
    ) -> impl Future<Output = Result<S::Responses, SendError>> + Send + use<'p, S> {
        async move {
            if self.0.registry.is_empty() {
                return Ok(S::Responses::default());
            }
            nested(S::INFO, self.send_at_once(payload)).await?
        }
    }

    async fn send_at_once(self, mut payload: S::Args<'_>) -> Result<S::Responses, SendError> {
        let snapshot = self.0.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(|| S::sender(&payload));
        let mut results = Vec::with_capacity(selection.len());
        for (slot, called) in each_sync(table, selection) {
            let result = match called {
                Some(sync) if slot.applies(&payload) => sync(slot, &mut payload),
                _ => None,
            };
            match result {
                Some(Ok(answer)) => results.push(Some(answer)),
                Some(Err(error)) => return Err(failed::<S>(slot, &payload, error).into()),
                None => results.push(None),
            }
        }
        let payload = &payload;
        let mut futures = Vec::new();
        for (index, slot) in selection.slots().enumerate() {
            let slot = table.slot(slot);
            if slot.call.is_async()
                && slot.applies(payload)
                && let Some(future) = slot.begin_shared(payload)
            {
                futures.push((index, slot, future));
            }
        }
        let mut error = None;
        let places: Vec<_> = futures
            .iter()
            .map(|(index, slot, _)| (*index, *slot))
            .collect();
        let futures = futures.into_iter().map(|(_, _, future)| future).collect();
        all(futures, |future, answer| match answer {
            Ok(answer) => {
                results[places[future].0] = Some(answer);
                true
            }
            Err(failure) => {
                error = Some(failed::<S>(places[future].1, payload, failure));
                false
            }
        })
        .await;
        if let Some(error) = error {
            return Err(error.into());
        }
        let mut responses = S::Responses::default();
        responses.expect(results.len());
        for (slot, answer) in selection.slots().zip(results) {
            if let Some(answer) = answer {
                responses.answered(|| table.slot(slot).receiver.clone(), answer);
            }
        }
        Ok(responses)
    }

    /// Like [`Signal::send_robust_async`], with all async receivers at once. Nobody is cancelled.
    ///
    /// # Errors
    ///
    /// All in the result. Where no receiver could be called at all, it says why in `refused()`.
    pub fn send_robust_async<'p>(
        self,
        payload: S::Args<'p>,
    ) -> impl Future<Output = S::RobustResponses> + Send + use<'p, S> {
        async move {
            if self.0.registry.is_empty() {
                return S::RobustResponses::default();
            }
            match nested(S::INFO, self.send_robust_at_once(payload)).await {
                Ok(responses) => responses,
                Err(error) => refused::<S>(error),
            }
        }
    }

    async fn send_robust_at_once(self, mut payload: S::Args<'_>) -> S::RobustResponses {
        let snapshot = self.0.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(|| S::sender(&payload));
        let sender = S::sender(&payload);
        // Errors are logged, and given their names, as they happen.
        let mut results = Vec::with_capacity(selection.len());
        for (slot, called) in each_sync(table, selection) {
            let result = caught(|| match called {
                Some(sync) if slot.applies(&payload) => sync(slot, &mut payload).transpose(),
                _ => Ok(None),
            });
            results.push(match result {
                Ok(answer) => answer.map(Ok),
                Err(failure) => Some(Err(failure.by::<S>(slot.receiver.clone(), sender))),
            });
        }
        let payload = &payload;
        let mut places = Vec::new();
        let mut futures: Vec<BoxFuture<'_, Result<S::Answer, Caught>>> = Vec::new();
        for (index, slot) in selection.slots().enumerate() {
            let slot = table.slot(slot);
            if !slot.call.is_async() {
                continue;
            }
            let begun = caught(|| {
                let applies = slot.applies(payload);
                Ok(applies.then(|| slot.begin_shared(payload)).flatten())
            });
            match begun {
                Ok(Some(future)) => {
                    places.push((index, slot));
                    futures.push(Box::pin(caught_async(future)));
                }
                Ok(None) => {}
                Err(failure) => {
                    results[index] = Some(Err(failure.by::<S>(slot.receiver.clone(), sender)));
                }
            }
        }
        all(futures, |future, result| {
            let (index, slot) = places[future];
            let named = |failure: Caught| failure.by::<S>(slot.receiver.clone(), sender);
            results[index] = Some(result.map_err(named));
            true
        })
        .await;
        let mut responses = S::RobustResponses::default();
        responses.expect(results.len());
        for (slot, result) in selection.slots().zip(results) {
            match result {
                Some(Ok(answer)) => {
                    responses.answered(|| table.slot(slot).receiver.clone(), answer);
                }
                Some(Err(error)) => responses.failed(error),
                None => {}
            }
        }
        responses
    }
}

type SyncCall<S> = for<'s, 'p, 'a> fn(
    &'s Entry<S>,
    &'p mut <S as crate::Spec>::Args<'a>,
) -> Option<Result<<S as crate::Spec>::Answer, BoxError>>;

/// Every selected slot, with how to call it if it is sync.
fn each_sync<'t, S: SharedSpec>(
    table: &'t Table<S>,
    selection: Selection<'t, S>,
) -> impl Iterator<Item = (&'t Entry<S>, Option<SyncCall<S>>)> {
    selection.slots().map(move |slot| {
        let slot = table.slot(slot);
        let call: SyncCall<S> = |slot, payload| match &slot.call {
            Call::Fn(f) => Some(S::call(*f, payload)),
            Call::Connected(receiver) => receiver.call(payload),
            Call::AsyncFn(_) | Call::ConnectedAsync(_) => None,
        };
        (slot, (!slot.call.is_async()).then_some(call))
    })
}

impl<S: SharedSpec> Entry<S> {
    /// An async receiver before its first poll; `None` if its owner is gone.
    fn begin_shared<'b>(
        &'b self,
        payload: &'b S::Args<'_>,
    ) -> Option<BoxFuture<'b, Result<S::Answer, BoxError>>> {
        match &self.call {
            Call::AsyncFn(f) => Some(S::call_shared(*f, payload)),
            Call::ConnectedAsync(receiver) => receiver.call(payload),
            Call::Fn(_) | Call::Connected(_) => None,
        }
    }
}

/// Up to here, all futures are polled whenever one of them wakes the task; above, each has a waker
/// of its own. The figure is that of `futures::future::join_all`.
const POLL_ALL: usize = 30;

/// Polls all futures at once, and hands each output to `done`, with the future's index, until all
/// have ended or `done` returns false.
async fn all<T>(futures: Vec<BoxFuture<'_, T>>, mut done: impl FnMut(usize, T) -> bool) {
    let mut futures: Vec<Option<BoxFuture<'_, T>>> = futures.into_iter().map(Some).collect();
    let mut left = futures.len();
    let woken = (left > POLL_ALL).then(|| Woken::new(left));
    poll_fn(move |cx| {
        // Whether to go on.
        let mut poll = |future: &mut Option<BoxFuture<'_, T>>, index, cx: &mut Context<'_>| {
            let Some(Poll::Ready(output)) = future.as_mut().map(|f| f.as_mut().poll(cx)) else {
                return true;
            };
            *future = None;
            left -= 1;
            done(index, output)
        };
        let goes_on = if let Some((woken, wakers)) = &woken {
            woken.set_task(cx.waker());
            std::iter::from_fn(|| woken.next()).all(|index| {
                let cx = &mut Context::from_waker(&wakers[index]);
                poll(&mut futures[index], index, cx)
            })
        } else {
            let mut each = futures.iter_mut().enumerate();
            each.all(|(index, future)| poll(future, index, cx))
        };
        if goes_on && left > 0 {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

/// Which of many futures were woken since they were last polled.
struct Woken {
    state: Mutex<WokenState>,
}

struct WokenState {
    queue: VecDeque<usize>,
    is_queued: Vec<bool>,
    task: Option<Waker>,
}

struct WakeOne {
    index: usize,
    woken: Arc<Woken>,
}

impl Woken {
    /// All of them woken, as none was polled yet.
    fn new(len: usize) -> (Arc<Self>, Vec<Waker>) {
        let woken = Arc::new(Self {
            state: Mutex::new(WokenState {
                queue: (0..len).collect(),
                is_queued: vec![true; len],
                task: None,
            }),
        });
        let waker = |index| {
            let woken = Arc::clone(&woken);
            Waker::from(Arc::new(WakeOne { index, woken }))
        };
        let wakers = (0..len).map(waker).collect();
        (woken, wakers)
    }

    fn set_task(&self, task: &Waker) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut state.task {
            Some(known) => known.clone_from(task),
            none => *none = Some(task.clone()),
        }
    }

    fn next(&self) -> Option<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let index = state.queue.pop_front()?;
        state.is_queued[index] = false;
        Some(index)
    }
}

impl Wake for WakeOne {
    fn wake(self: Arc<Self>) {
        let mut state = self
            .woken
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut state.is_queued[self.index], true) {
            state.queue.push_back(self.index);
        }
        let task = state.task.clone();
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
    }
}
