//! Awaiting all async receivers at once.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use crate::depth::nested;
use crate::error::SendError;
use crate::receiver::ReceiverRef;
use crate::responses::{Plain, Robust};
use crate::scene::{Scene, Site};
use crate::send::{Caught, caught, failed, refused};
use crate::send_async::{Begun, poll_caught, polled};
use crate::signal::{BoxFuture, SharedSpec, Signal, Spec};
use crate::table::{Call, Calls, Table, Target};
use crate::watch::{Outcome, Watch};

/// Sends of a signal that await its async receivers at once; made by [`Signal::concurrent`].
pub struct Concurrent<S: SharedSpec>(&'static Signal<S>);

impl<S: Spec> Signal<S> {
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
    pub fn concurrent(&'static self) -> Concurrent<S>
    where
        S: SharedSpec,
    {
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
    #[track_caller]
    pub fn send_async(
        self,
        mut payload: S::Args<'_>,
    ) -> impl Future<Output = Result<S::Responses, SendError>> + Send {
        let site = Location::caller();
        async move {
            if self.0.registry.is_empty() {
                return Ok(S::Responses::default());
            }
            let sent = {
                let send = pin!(self.send_at_once(&mut payload, site));
                nested(S::INFO, send).await
            };
            sent.unwrap_or_else(|error| Err(Signal::<S>::refuse(&payload, site, error)))
        }
    }

    async fn send_at_once(
        self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        let snapshot = self.0.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::of(self.0, payload, selection, site);
        let mut answers: Vec<_> = (0..selection.len()).map(|_| Place::Empty).collect();
        for (slot, place) in selection.sync_slots().zip(&mut answers) {
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            if call.is_async() {
                continue;
            }
            match call.turn(payload, receiver, &mut scene, None) {
                Ok(Some(answer)) => *place = Place::Ended(answer),
                Ok(None) => {}
                Err(error) => {
                    self.0.take_out_gone(&mut scene);
                    return Err(failed::<S>(receiver, payload, error));
                }
            }
        }
        let payload = &*payload;
        let at_once = self.starts_at_once(table, payload);
        let started = polled(|cx| {
            let mut cx = at_once.then_some(cx);
            for (slot, place) in selection.slots().zip(&mut answers) {
                let (call, receiver) = (table.call(slot), table.receiver(slot));
                if !call.is_async() {
                    continue;
                }
                match call.start_in_turn(payload, receiver, &mut scene, cx.as_deref_mut()) {
                    Begun::Future(future) => *place = Place::Running(slot, future),
                    Begun::Ended(Ok(answer)) => *place = Place::Ended(answer),
                    Begun::Ended(Err(error)) => return Err(failed::<S>(receiver, payload, error)),
                    Begun::Not => {}
                }
            }
            Ok(())
        })
        .await;
        self.0.take_out_gone(&mut scene);
        started?;
        all(&mut answers, at_once, |slot, future, cx| {
            let receiver = table.receiver(slot);
            let note = |watch: &mut Watch, outcome| watch.ended_among(receiver, outcome);
            let result = ready!(scene.noted(|| future.as_mut().poll(cx), note));
            scene.ended_among(receiver, || Outcome::of(&result));
            Poll::Ready(result.map_err(|error| failed::<S>(receiver, payload, error)))
        })
        .await?;
        let mut responses = S::Responses::default();
        responses.expect(answers.len());
        let mut called = 0;
        for (slot, place) in selection.slots().zip(answers) {
            if let Place::Ended(answer) = place {
                responses.answered(|| table.receiver(slot).clone(), answer);
                called += 1;
            }
        }
        responses.called(called);
        Ok(responses)
    }

    /// Like [`Signal::send_robust_async`], with all async receivers at once. Nobody is cancelled.
    ///
    /// # Errors
    ///
    /// All in the result. Where no receiver could be called at all, it says why in `refused()`.
    #[track_caller]
    pub fn send_robust_async(
        self,
        mut payload: S::Args<'_>,
    ) -> impl Future<Output = S::RobustResponses> + Send {
        let site = Location::caller();
        async move {
            if self.0.registry.is_empty() {
                return S::RobustResponses::default();
            }
            let sent = {
                let send = pin!(self.send_robust_at_once(&mut payload, site));
                nested(S::INFO, send).await
            };
            sent.unwrap_or_else(|error| refused::<S>(Signal::<S>::refuse(&payload, site, error)))
        }
    }

    async fn send_robust_at_once(
        self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> S::RobustResponses {
        let snapshot = self.0.registry.snapshot().into_owned();
        let table = snapshot.table();
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::of(self.0, payload, selection, site);
        let mut results: Vec<_> = (0..selection.len()).map(|_| Place::Empty).collect();
        for (slot, place) in selection.sync_slots().zip(&mut results) {
            let (call, receiver) = (table.call(slot), table.receiver(slot));
            if call.is_async() {
                continue;
            }
            match caught(|| call.turn(payload, receiver, &mut scene, None)) {
                Ok(Some(answer)) => *place = Place::Ended(Ok(answer)),
                Ok(None) => {}
                // Failures get their names, and are logged, as they happen.
                Err(failure) => {
                    let error = scene.failed::<S>(failure, receiver, payload);
                    *place = Place::Ended(Err(error));
                }
            }
        }
        let payload = &*payload;
        let at_once = self.starts_at_once(table, payload);
        polled(|cx| {
            let mut cx = at_once.then_some(cx);
            for (slot, place) in selection.slots().zip(&mut results) {
                let (call, receiver) = (table.call(slot), table.receiver(slot));
                if !call.is_async() {
                    continue;
                }
                let cx = cx.as_deref_mut();
                let answer =
                    match caught(|| Ok(call.start_in_turn(payload, receiver, &mut scene, cx))) {
                        Ok(Begun::Future(future)) => {
                            *place = Place::Running(slot, future);
                            continue;
                        }
                        Ok(Begun::Ended(answer)) => answer.map_err(Caught::Error),
                        Ok(Begun::Not) => continue,
                        Err(failure) => Err(failure),
                    };
                let answer =
                    answer.map_err(|failure| scene.failed::<S>(failure, receiver, payload));
                *place = Place::Ended(answer);
            }
        })
        .await;
        self.0.take_out_gone(&mut scene);
        let Ok(()) = all(&mut results, at_once, |slot, future, cx| {
            let receiver = table.receiver(slot);
            let result = ready!(poll_caught(future, cx));
            let result =
                result.map_err(|failure| scene.within(|| failure.of::<S>(receiver, payload)));
            scene.ended_among(receiver, || match &result {
                Ok(_) => Outcome::Succeeded,
                Err(error) => Outcome::of_error(error),
            });
            Poll::Ready(Ok::<_, Infallible>(result))
        })
        .await;
        let mut responses = S::RobustResponses::default();
        responses.expect(results.len());
        let mut called = 0;
        for (slot, place) in selection.slots().zip(results) {
            match place {
                Place::Ended(Ok(answer)) => {
                    responses.answered(|| table.receiver(slot).clone(), answer);
                }
                Place::Ended(Err(error)) => responses.failed(error),
                Place::Empty | Place::Running(..) => continue,
            }
            called += 1;
        }
        responses.called(called);
        responses
    }

    /// Whether each receiver can be polled as soon as it is called, before the next one is.
    fn starts_at_once(&self, table: &Table<S>, payload: &S::Args<'_>) -> bool {
        match self.0.direct(table, payload) {
            Some(Calls::Awaited(slots)) => slots.len() <= POLL_ALL,
            _ => false,
        }
    }
}

/// One receiver of a send: not called, being awaited (with its slot), or with what came of it.
enum Place<'b, R, T> {
    Empty,
    Running(u32, BoxFuture<'b, R>),
    Ended(T),
}

impl<S: SharedSpec> Call<S> {
    /// Calls an async receiver, if it is its turn, and polls it once where there is a `cx`.
    #[inline]
    fn start_in_turn<'b>(
        &'b self,
        payload: &'b S::Args<'_>,
        receiver: &ReceiverRef,
        scene: &mut Scene,
        cx: Option<&mut Context<'_>>,
    ) -> Begun<'b, S::Answer> {
        match scene.is_due(self, receiver, payload) {
            Ok(true) => {}
            Ok(false) => return Begun::Not,
            Err(error) => return Begun::Ended(Err(error)),
        }
        let begun = scene.run(receiver, || match &self.target {
            Target::AsyncFn(f) => S::start_shared(*f, payload, cx).into(),
            Target::ConnectedAsync(receiver) => Begun::boxed(receiver.call(payload), cx),
            Target::Fn(_) | Target::Connected(_) => Begun::Not,
        });
        match begun {
            Begun::Future(future) => {
                scene.goes_on();
                Begun::Future(scene.traced(future))
            }
            Begun::Not => {
                scene.ended::<()>(None);
                Begun::Not
            }
            // With a `cx`, and so nobody watches.
            Begun::Ended(answer) => Begun::Ended(answer),
        }
    }
}

/// Up to here, all futures are polled whenever one of them wakes the task; above, each has a waker
/// of its own. The figure is that of `futures::future::join_all`.
const POLL_ALL: usize = 30;

/// Polls all that are running at once, each with `poll`, which gets the slot, until all have
/// ended or one has failed. Those that were polled already have their turn when they wake the task.
async fn all<'b, R, T, E>(
    places: &mut [Place<'b, R, T>],
    mut were_polled: bool,
    mut poll: impl FnMut(u32, &mut BoxFuture<'b, R>, &mut Context<'_>) -> Poll<Result<T, E>>,
) -> Result<(), E> {
    let is_running = |place: &&Place<'_, R, T>| matches!(place, Place::Running(..));
    let mut left = places.iter().filter(is_running).count();
    let woken = (left > POLL_ALL).then(|| Woken::new(places.len()));
    poll_fn(move |cx| {
        if std::mem::take(&mut were_polled) && left > 0 {
            return Poll::Pending;
        }
        let mut step = |place: &mut Place<'b, R, T>, cx: &mut Context<'_>| {
            if let Place::Running(slot, future) = place {
                if let Poll::Ready(ended) = poll(*slot, future, cx) {
                    *place = Place::Ended(ended?);
                    left -= 1;
                }
            }
            Ok(())
        };
        if let Some((woken, wakers)) = &woken {
            woken.set_task(cx.waker());
            // One that wakes itself is polled again when the others had their turn.
            for index in woken.take() {
                let cx = &mut Context::from_waker(&wakers[index]);
                step(&mut places[index], cx)?;
            }
        } else {
            for place in &mut *places {
                step(place, cx)?;
            }
        }
        if left > 0 {
            Poll::Pending
        } else {
            Poll::Ready(Ok(()))
        }
    })
    .await
}

/// Which of many futures were woken since they were last polled.
struct Woken {
    state: Mutex<WokenState>,
}

struct WokenState {
    queue: Vec<usize>,
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
        let is_known = state.task.as_ref().is_some_and(|it| it.will_wake(task));
        let other = if is_known {
            None
        } else {
            state.task.replace(task.clone())
        };
        drop(state);
        // Not under the lock: with the last waker of a task, the task may be dropped, which may wake
        // one of these.
        drop(other);
    }

    fn take(&self) -> Vec<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = std::mem::take(&mut state.queue);
        for index in &queue {
            state.is_queued[*index] = false;
        }
        queue
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
            state.queue.push(self.index);
        }
        let task = state.task.clone();
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
    }
}
