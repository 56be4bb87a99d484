//! Sending on this thread.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::slice;

use crate::depth::{AnyLevel, Level};
use crate::error::{BoxError, ReceiverError, SendError, SendErrorKind, quietly, shown};
use crate::receiver::{Guarantee, ReceiverRef, Started};
use crate::responses::{Plain, Robust};
use crate::runtime::{self, Blocker, Refusal};
use crate::scene::{Scene, Site};
use crate::sender::Sender;
use crate::signal::{Signal, SignalInfo, Spec};
use crate::table::{Call, Callable, Calls, Function, Selection, Table, Target};
use crate::watch::Watch;

impl<S: Spec> Signal<S> {
    /// Calls each receiver, in order, on this thread, and returns what they answered.
    ///
    /// The receivers are those that are connected when the send begins; connecting and
    /// disconnecting during the send take effect on the next one. No lock is held while a receiver
    /// runs: it may send, connect and disconnect on the same signal.
    ///
    /// Async receivers are waited for where that cannot deadlock; see [`runtime`].
    ///
    /// Django: [`Signal.send`](https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals).
    ///
    /// # Errors
    ///
    /// The first error of a receiver; those after it are not called. Or, before any receiver is
    /// called: sends that are nested too deep
    /// ([`set_recursion_limit`](crate::set_recursion_limit)), and an async receiver where nothing
    /// can wait for it.
    ///
    /// # Panics
    ///
    /// When a receiver does. The receivers after it are not called.
    #[inline]
    #[track_caller]
    pub fn send(&'static self, payload: S::Args<'_>) -> Result<S::Responses, SendError> {
        if self.registry.is_empty() {
            return Ok(S::Responses::default());
        }
        self.send_to_receivers(payload, Location::caller())
    }

    #[inline(never)]
    fn send_to_receivers(
        &'static self,
        mut payload: S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        if let Some(table) = self.plain() {
            if let Some(_level) = Level::outermost() {
                // Apart from the loop, whose registers would be saved for the one call too.
                return match table.only() {
                    Some(only) => {
                        Self::send_plainly(slice::from_ref(only), table, &[], &mut payload)
                    }
                    None => Self::send_to_several(table.plain(), table, &mut payload),
                };
            }
        }
        match self.registry.only_linked() {
            Some(table) => self.send_to_linked(table, &mut payload, site),
            None => self.send_to_snapshot(&mut payload, site),
        }
    }

    /// The table, if all there is to do is to call its functions, and nobody traces that.
    #[inline]
    fn plain(&'static self) -> Option<&'static Table<S>> {
        #[cfg(feature = "tracing")]
        if crate::trace::is_on() {
            return None;
        }
        self.registry.plain()
    }

    #[inline(never)]
    fn send_to_several(
        functions: &[Function<S>],
        table: &Table<S>,
        payload: &mut S::Args<'_>,
    ) -> Result<S::Responses, SendError> {
        Self::send_plainly(functions, table, &[], payload)
    }

    /// To link-time functions, in the first slots where there is no list of `slots`.
    #[expect(clippy::inline_always, reason = "for one function, there is no loop")]
    #[inline(always)]
    fn send_plainly(
        functions: &[Function<S>],
        table: &Table<S>,
        slots: &[u32],
        payload: &mut S::Args<'_>,
    ) -> Result<S::Responses, SendError> {
        let mut responses = S::Responses::default();
        responses.expect(functions.len());
        each(functions, |index, function| {
            match function.call_it(payload) {
                Ok(answer) => {
                    responses.answered(|| table.receiver_at(slots, index).clone(), answer);
                    Ok(())
                }
                Err(error) => Err(failed_in(table, slots, index, payload, error)),
            }
        })?;
        responses.called(functions.len());
        Ok(responses)
    }

    /// To link-time functions that hear the sender, or from within a receiver.
    #[inline(never)]
    fn send_to_linked(
        &'static self,
        table: &Table<S>,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        if let Some(Calls::Functions(functions, slots)) = self.direct(table, payload) {
            if let Some(_level) = Level::shallow() {
                // Most models have one receiver.
                return match functions {
                    [only] => Self::send_plainly(slice::from_ref(only), table, slots, payload),
                    _ => self.send_directly(functions, table, slots, payload),
                };
            }
        }
        self.send_to_snapshot(payload, site)
    }

    #[inline(never)]
    fn send_to_snapshot(
        &'static self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        let _level = match AnyLevel::enter(S::INFO) {
            Ok(level) => level,
            Err(error) => return Err(Self::refuse(payload, site, error)),
        };
        let snapshot = self.registry.snapshot();
        let table = snapshot.table();
        match self.direct(table, payload) {
            Some(Calls::Functions(calls, slots)) => {
                self.send_directly(calls, table, slots, payload)
            }
            Some(Calls::Mixed(calls, slots)) => self.send_directly(calls, table, slots, payload),
            Some(Calls::Awaited(_)) | None => self.send_to_any(table, payload, site),
        }
    }

    /// The receivers, if all there is to do is to call them, and nobody watches.
    #[inline]
    pub(crate) fn direct<'t>(
        &self,
        table: &'t Table<S>,
        payload: &S::Args<'_>,
    ) -> Option<Calls<'t, S>> {
        if self.is_watched() {
            return None;
        }
        table.direct(|| S::sender(payload))
    }

    /// To receivers that only have to be called.
    #[inline]
    pub(crate) fn send_directly<C: Callable<S>>(
        &'static self,
        calls: &[C],
        table: &Table<S>,
        slots: &[u32],
        payload: &mut S::Args<'_>,
    ) -> Result<S::Responses, SendError> {
        let mut responses = S::Responses::default();
        responses.expect(calls.len());
        let mut gone = 0;
        each(calls, |index, call| {
            match call.call(payload) {
                Some(Ok(answer)) => {
                    responses.answered(|| table.receiver(slots[index]).clone(), answer);
                }
                Some(Err(error)) => {
                    return Err(self.failed_after(gone, table, slots, index, payload, error));
                }
                None => gone += 1,
            }
            Ok(())
        })?;
        if gone > 0 {
            self.registry.purge();
        }
        responses.called(calls.len() - gone);
        Ok(responses)
    }

    /// After `gone` receivers without an owner. Not in the loop, where it would take a register.
    #[cold]
    #[inline(never)]
    fn failed_after(
        &'static self,
        gone: usize,
        table: &Table<S>,
        slots: &[u32],
        index: usize,
        payload: &S::Args<'_>,
        error: BoxError,
    ) -> SendError {
        if gone > 0 {
            self.registry.purge();
        }
        failed_in(table, slots, index, payload, error)
    }

    /// To receivers of every kind.
    #[inline(never)]
    fn send_to_any(
        &'static self,
        table: &Table<S>,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> Result<S::Responses, SendError> {
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::before(self, payload, selection, site);
        waiting(table, selection, &mut scene, |scene, blocker| {
            scene.begin::<S>(payload);
            let mut responses = S::Responses::default();
            responses.expect(selection.len());
            let mut called = 0;
            for slot in selection.slots() {
                let receiver = table.receiver(slot);
                match table.call(slot).turn(payload, receiver, scene, blocker) {
                    Ok(Some(answer)) => responses.answered(|| receiver.clone(), answer),
                    Ok(None) => continue,
                    Err(error) => {
                        self.take_out_gone(scene);
                        return Err(failed::<S>(receiver, payload, error));
                    }
                }
                called += 1;
            }
            self.take_out_gone(scene);
            responses.called(called);
            Ok(responses)
        })?
    }

    /// Calls each receiver, in order, on this thread, whatever becomes of the ones before it.
    ///
    /// An error or panic of a receiver is its result, and one `ERROR` record on the log target
    /// `signals.dispatch`, written before the next receiver is called. With the feature `tracing`, it
    /// is an event in the span of the send instead, where a subscriber takes events of that target.
    ///
    /// Django: [`Signal.send_robust`](https://docs.djangoproject.com/en/stable/topics/signals/#sending-signals).
    ///
    /// # Errors
    ///
    /// All in the result. Where no receiver could be called at all, it says why in `refused()`.
    #[inline]
    #[track_caller]
    pub fn send_robust(&'static self, payload: S::Args<'_>) -> S::RobustResponses {
        if self.registry.is_empty() {
            return S::RobustResponses::default();
        }
        self.send_robust_to_receivers(payload, Location::caller())
    }

    #[inline(never)]
    fn send_robust_to_receivers(
        &'static self,
        mut payload: S::Args<'_>,
        site: Site,
    ) -> S::RobustResponses {
        if let Some(table) = self.registry.only_linked() {
            if let Some(Calls::Functions(functions, slots)) = self.direct(table, &payload) {
                if let Some(_level) = Level::shallow() {
                    return self.send_robust_directly(functions, table, slots, &mut payload);
                }
            }
        }
        self.send_robust_to_snapshot(&mut payload, site)
    }

    #[inline(never)]
    fn send_robust_to_snapshot(
        &'static self,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> S::RobustResponses {
        let _level = match AnyLevel::enter(S::INFO) {
            Ok(level) => level,
            Err(error) => return refused::<S>(Self::refuse(payload, site, error)),
        };
        let snapshot = self.registry.snapshot();
        let table = snapshot.table();
        match self.direct(table, payload) {
            Some(Calls::Functions(calls, slots)) => {
                self.send_robust_directly(calls, table, slots, payload)
            }
            Some(Calls::Mixed(calls, slots)) => {
                self.send_robust_directly(calls, table, slots, payload)
            }
            Some(Calls::Awaited(_)) | None => self.send_robust_to_any(table, payload, site),
        }
    }

    /// To receivers that only have to be called.
    #[inline]
    fn send_robust_directly<C: Callable<S>>(
        &'static self,
        calls: &[C],
        table: &Table<S>,
        slots: &[u32],
        payload: &mut S::Args<'_>,
    ) -> S::RobustResponses {
        let mut responses = S::RobustResponses::default();
        responses.expect(calls.len());
        let mut gone = 0;
        let mut next = 0;
        // One catch for all of them, renewed after each failure.
        while let Some(calls) = calls.get(next..) {
            let ended = caught(|| {
                each(calls, |_, call| {
                    let index = next;
                    next += 1;
                    if let Some(answer) = call.call(payload) {
                        responses.answered(|| table.receiver(slots[index]).clone(), answer?);
                    } else {
                        gone += 1;
                    }
                    Ok(())
                })
            });
            match ended {
                Ok(()) => break,
                Err(failure) => {
                    let receiver = table.receiver_at(slots, next - 1);
                    responses.failed(failure.of::<S>(receiver, payload));
                }
            }
        }
        if gone > 0 {
            self.registry.purge();
        }
        responses.called(calls.len() - gone);
        responses
    }

    /// To receivers of every kind.
    #[inline(never)]
    fn send_robust_to_any(
        &'static self,
        table: &Table<S>,
        payload: &mut S::Args<'_>,
        site: Site,
    ) -> S::RobustResponses {
        let selection = table.select(S::sender(payload));
        let mut scene = Scene::before(self, payload, selection, site);
        let responses = waiting(table, selection, &mut scene, |scene, blocker| {
            scene.begin::<S>(payload);
            let mut responses = S::RobustResponses::default();
            responses.expect(selection.len());
            let mut called = 0;
            for slot in selection.slots() {
                let (call, receiver) = (table.call(slot), table.receiver(slot));
                match caught(|| call.turn(payload, receiver, scene, blocker)) {
                    Ok(Some(answer)) => responses.answered(|| receiver.clone(), answer),
                    Ok(None) => continue,
                    Err(failure) => {
                        responses.failed(scene.failed::<S>(failure, receiver, payload));
                    }
                }
                called += 1;
            }
            self.take_out_gone(scene);
            responses.called(called);
            responses
        });
        responses.unwrap_or_else(|error| scene.within(|| refused::<S>(error)))
    }

    /// Lets those who watch know of a send that does not begin.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse(payload: &S::Args<'_>, site: Site, error: SendError) -> SendError {
        // Without captures: what they copy may send, and would be as deep.
        let watch = Watch::without_tests(Guarantee::Inline, S::INFO, S::sender(payload), site);
        if let Some(mut watch) = watch {
            watch.refused(&error);
        }
        error
    }

    /// Whether a send has to take more into account than its receivers.
    #[inline]
    fn is_watched(&self) -> bool {
        #[cfg(feature = "tracing")]
        if crate::trace::is_on() {
            return true;
        }
        self.registry.is_watched()
    }
}

impl<S: Spec> Call<S> {
    /// Calls the receiver, if it is its turn now. `None`: it is not, or its weak owner is gone.
    pub(crate) fn turn(
        &self,
        payload: &mut S::Args<'_>,
        receiver: &ReceiverRef,
        scene: &mut Scene,
        blocker: Option<&Blocker>,
    ) -> Result<Option<S::Answer>, BoxError> {
        if !scene.is_due(self, receiver, payload)? {
            return Ok(None);
        }
        let called = scene.run(receiver, || self.call(payload, blocker));
        scene.ended(called.as_ref());
        called.transpose()
    }

    /// `None`: the receiver's weak owner is gone.
    #[inline]
    pub(crate) fn call(
        &self,
        payload: &mut S::Args<'_>,
        blocker: Option<&Blocker>,
    ) -> Option<Result<S::Answer, BoxError>> {
        match (&self.target, blocker) {
            (Target::Fn(f), _) => Some(S::call(*f, payload)),
            (Target::Connected(receiver), _) => receiver.call(payload),
            (Target::AsyncFn(f), Some(blocker)) => Some(match S::start(*f, payload, None) {
                Started::Ended(answer) => answer,
                Started::Waiting(future) => blocker.block_on(future),
            }),
            (Target::ConnectedAsync(receiver), Some(blocker)) => {
                let answer = receiver.call(payload)?;
                Some(blocker.block_on(answer))
            }
            (Target::AsyncFn(_) | Target::ConnectedAsync(_), None) => self.call_unforeseen(payload),
        }
    }

    /// An async receiver whose owner is gone; or that was to wait for a transaction, which has ended
    /// since the send began.
    #[cold]
    #[inline(never)]
    fn call_unforeseen(&self, payload: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
        if !self.is_alive() {
            return None;
        }
        runtime::blocking(|blocker| self.call(payload, Some(blocker)))
            .unwrap_or_else(|why| Some(Err(why.into())))
    }
}

/// Runs `f` with a way to wait for async receivers, if there are any among the selected.
fn waiting<S: Spec, R>(
    table: &Table<S>,
    selection: Selection<'_>,
    scene: &mut Scene,
    f: impl FnOnce(&mut Scene, Option<&Blocker>) -> R,
) -> Result<R, SendError> {
    let Some(slot) = scene.first_async(table, selection) else {
        return Ok(f(scene, None));
    };
    let waited = runtime::blocking(|blocker| f(scene, Some(blocker)));
    waited.map_err(|why| scene.refused(cannot_wait::<S>(table.receiver(slot), why)))
}

/// Calls `f` with each and its index, until it fails. Two in a round: there are half as many jumps, and two
/// places to call from, each of which the processor remembers half as many receivers for.
#[expect(
    clippy::inline_always,
    reason = "it is a loop around its caller's code"
)]
#[inline(always)]
fn each<T, E>(items: &[T], mut f: impl FnMut(usize, &T) -> Result<(), E>) -> Result<(), E> {
    let (mut index, mut rest) = (0, items);
    while let [one, another, others @ ..] = rest {
        f(index, one)?;
        f(index + 1, another)?;
        (index, rest) = (index + 2, others);
    }
    match rest {
        [last] => f(index, last),
        _ => Ok(()),
    }
}

#[cold]
pub(crate) fn cannot_wait<S: Spec>(receiver: &ReceiverRef, why: Refusal) -> SendError {
    SendErrorKind::AsyncReceiver {
        signal: S::INFO.name(),
        receiver: receiver.clone(),
        why,
    }
    .into()
}

/// In the table's own order where there is no list of `slots`.
#[cold]
#[inline(never)]
fn failed_in<S: Spec>(
    table: &Table<S>,
    slots: &[u32],
    index: usize,
    payload: &S::Args<'_>,
    error: BoxError,
) -> SendError {
    failed::<S>(table.receiver_at(slots, index), payload, error)
}

#[cold]
#[inline(never)]
pub(crate) fn failed<S: Spec>(
    receiver: &ReceiverRef,
    payload: &S::Args<'_>,
    error: BoxError,
) -> SendError {
    let error = ReceiverError::error(S::INFO, receiver.clone(), S::sender(payload), error);
    SendErrorKind::Receiver(error).into()
}

/// Logs why a robust send called nobody.
#[cold]
pub(crate) fn refused<S: Spec>(error: SendError) -> S::RobustResponses {
    #[cfg(feature = "tracing")]
    if crate::trace::refused(S::INFO, &error) {
        return S::RobustResponses::refused(error);
    }
    log::error!(target: "signals.dispatch", "{error}");
    S::RobustResponses::refused(error)
}

/// How a receiver of a robust send ended, if not well.
pub(crate) enum Caught {
    Error(BoxError),
    Panic(Box<dyn std::any::Any + Send>),
}

impl Caught {
    /// Says who it was, and logs it.
    #[cold]
    pub(crate) fn of<S: Spec>(
        self,
        receiver: &ReceiverRef,
        payload: &S::Args<'_>,
    ) -> ReceiverError {
        self.by(S::INFO, receiver.clone(), S::sender(payload))
    }

    #[cold]
    pub(crate) fn by(
        self,
        signal: &'static SignalInfo,
        receiver: ReceiverRef,
        sender: Sender,
    ) -> ReceiverError {
        let error = match self {
            Self::Error(error) => ReceiverError::error(signal, receiver, sender, error),
            Self::Panic(payload) => ReceiverError::panic(signal, receiver, sender, payload),
        };
        log(&error);
        error
    }
}

/// One record with the signal, the receiver, the sender, the error and what caused it: an event, where
/// a subscriber takes it. Neither the error nor the log keeps the next receiver from its turn.
fn log(error: &ReceiverError) {
    let mut causes = String::new();
    quietly(|| {
        let mut cause = error.source();
        while let Some(error) = cause {
            causes.push_str(": ");
            causes.push_str(&shown(&error));
            cause = error.source();
        }
    });
    quietly(|| {
        #[cfg(feature = "tracing")]
        if crate::trace::failed(error, &causes) {
            return;
        }
        log::error!(target: "signals.dispatch", "{error}{causes}");
    });
}

#[inline]
pub(crate) fn caught<R>(call: impl FnOnce() -> Result<R, BoxError>) -> Result<R, Caught> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Caught::Error(error)),
        Err(panic) => Err(Caught::Panic(panic)),
    }
}
