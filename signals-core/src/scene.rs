//! What one send takes into account besides its receivers: the transaction it is part of, and who
//! watches.

use std::any::TypeId;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use crate::error::{BoxError, ReceiverError, SendError, shown};
use crate::receiver::{Guarantee, ReceiverRef};
use crate::send::Caught;
use crate::signal::{BoxFuture, Signal, Spec};
use crate::table::{Call, Selection, Table};
#[cfg(feature = "tracing")]
use crate::trace::{self, Trace};
use crate::transaction::{self, Job, Who};
use crate::watch::{Outcome, Skip, Watch};

pub(crate) struct Scene {
    /// Boxed, for it is big and nearly never there.
    pub(crate) watch: Option<Box<Watch>>,
    /// Whether a connection's owner or scope turned out to be gone.
    pub(crate) gone: bool,
    site: Site,
}

/// Where in the source something is sent.
pub(crate) type Site = &'static Location<'static>;

impl Scene {
    pub(crate) fn of<S: Spec>(
        signal: &'static Signal<S>,
        payload: &S::Args<'_>,
        selection: Selection<'_>,
        site: Site,
    ) -> Self {
        let mut scene = Self::before(signal, payload, selection, site);
        scene.begin::<S>(payload);
        scene
    }

    /// Of a send that may still be refused; it is to [`begin`](Self::begin) then, or never.
    pub(crate) fn before<S: Spec>(
        signal: &'static Signal<S>,
        payload: &S::Args<'_>,
        selection: Selection<'_>,
        site: Site,
    ) -> Self {
        Self {
            watch: Self::watch(signal, payload, selection, site).map(Box::new),
            gone: false,
            site,
        }
    }

    /// The receivers are called from here on.
    pub(crate) fn begin<S: Spec>(&mut self, payload: &S::Args<'_>) {
        if let Some(watch) = &mut self.watch {
            watch.tell::<S>(payload);
        }
    }

    fn watch<S: Spec>(
        signal: &'static Signal<S>,
        payload: &S::Args<'_>,
        selection: Selection<'_>,
        site: Site,
    ) -> Option<Watch> {
        let watch = || Watch::of(Guarantee::Inline, S::INFO, S::sender(payload), site);
        #[cfg(feature = "tracing")]
        if selection.len() > 0 && trace::is_on() {
            let trace = Trace::new(Guarantee::Inline, S::INFO, S::sender(payload), site);
            if let Some(trace) = trace {
                return Some(watch().traced_by(trace));
            }
        }
        #[cfg(not(feature = "tracing"))]
        let _ = selection;
        signal.registry.is_watched().then(watch)
    }

    /// The first receiver that has to be awaited now.
    pub(crate) fn first_async<S: Spec>(
        &self,
        table: &Table<S>,
        selection: Selection<'_>,
    ) -> Option<u32> {
        // Nearly always there is none.
        selection.first_async?;
        selection.slots().find(|&slot| self.awaits(table, slot))
    }

    /// Whether this receiver has to be awaited now.
    pub(crate) fn awaits<S: Spec>(&self, table: &Table<S>, slot: u32) -> bool {
        let (call, receiver) = (table.call(slot), table.receiver(slot));
        call.is_async()
            && call.is_alive()
            && !waits(receiver.guarantee())
            && match &self.watch {
                Some(watch) => watch.would_admit(receiver, TypeId::of::<S>()),
                None => receiver.is_visible(),
            }
    }

    /// Whether the receiver is to be called now. If not, it is noted why, or put in the queue of the
    /// transaction.
    #[inline]
    pub(crate) fn is_due<S: Spec>(
        &mut self,
        call: &Call<S>,
        receiver: &ReceiverRef,
        payload: &S::Args<'_>,
    ) -> Result<bool, BoxError> {
        let is_conditional = call.when.is_some() || call.later.is_some();
        if self.watch.is_none() && !is_conditional && receiver.scope.is_none() {
            return Ok(true);
        }
        self.is_admitted(call, receiver, payload)
    }

    #[inline(never)]
    fn is_admitted<S: Spec>(
        &mut self,
        call: &Call<S>,
        receiver: &ReceiverRef,
        payload: &S::Args<'_>,
    ) -> Result<bool, BoxError> {
        let is_admitted = match &mut self.watch {
            Some(watch) => watch.admits(receiver, TypeId::of::<S>()),
            // Of a table that was made before its scope went away.
            None => receiver.is_visible(),
        };
        if !is_admitted {
            // The sends that see it may be over.
            self.gone |= receiver.is_over() || !call.is_alive();
            return Ok(false);
        }
        let note = |watch: &mut Watch, outcome| watch.note(receiver, outcome);
        if !self.noted(|| call.applies(payload), note) {
            self.note(receiver, || Outcome::Skipped(Skip::Condition));
            return Ok(false);
        }
        let Some(later) = call.later else {
            return Ok(true);
        };
        let guarantee = receiver.guarantee();
        if transaction::is_open() {
            let work = self
                .noted(|| later(payload), note)
                .inspect_err(|error| self.note(receiver, || Outcome::Failed(shown(error))))?;
            let who = Who {
                signal: S::INFO,
                receiver: receiver.clone(),
                sender: S::sender(payload),
                site: self.site,
            };
            let job = Job::new(who, work);
            if transaction::push(guarantee, job).is_none() {
                self.note(receiver, || Outcome::Deferred);
                return Ok(false);
            }
        }
        if guarantee == Guarantee::OnRollback {
            self.note(receiver, || Outcome::Skipped(Skip::NoTransaction));
            return Ok(false);
        }
        Ok(true)
    }

    /// Runs what is the receiver's own; where somebody watches, what it panics with is given to `note`.
    #[inline]
    pub(crate) fn noted<R>(
        &mut self,
        f: impl FnOnce() -> R,
        note: impl FnOnce(&mut Watch, Outcome),
    ) -> R {
        let Some(watch) = &mut self.watch else {
            return f();
        };
        catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| {
            note(watch, Outcome::of_panic(&*panic));
            resume_unwind(panic)
        })
    }

    fn note(&mut self, receiver: &ReceiverRef, outcome: impl FnOnce() -> Outcome) {
        if let Some(watch) = &mut self.watch {
            watch.note(receiver, outcome());
        }
    }

    /// Runs `f` in the span of the send.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(clippy::unused_self, reason = "there are no spans")
    )]
    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        #[cfg(feature = "tracing")]
        if let Some(watch) = &self.watch {
            return watch.within(f);
        }
        f()
    }

    /// Begins with a receiver, in its span.
    #[inline]
    pub(crate) fn run<R>(&mut self, receiver: &ReceiverRef, call: impl FnOnce() -> R) -> R {
        match &mut self.watch {
            Some(watch) => {
                watch.begins(receiver);
                watch.run(call)
            }
            None => call(),
        }
    }

    /// Awaits the receiver that began last, in its span.
    pub(crate) async fn awaited<R>(
        &mut self,
        mut future: BoxFuture<'_, Result<R, BoxError>>,
    ) -> Result<R, BoxError> {
        let answer = poll_fn(|cx| self.noted(|| future.as_mut().poll(cx), Watch::ended)).await;
        self.ended(Some(&answer));
        answer
    }

    /// The future of the receiver that began last, polled in its span.
    #[inline]
    pub(crate) fn traced<'b, R: 'b>(&self, future: BoxFuture<'b, R>) -> BoxFuture<'b, R> {
        match &self.watch {
            Some(watch) => watch.traced_async(future),
            None => future,
        }
    }

    /// The receiver that began last goes on, at once with others.
    pub(crate) fn goes_on(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.goes_on();
        }
    }

    pub(crate) fn ended_among(
        &mut self,
        receiver: &ReceiverRef,
        outcome: impl FnOnce() -> Outcome,
    ) {
        if let Some(watch) = &mut self.watch {
            watch.ended_among(receiver, outcome());
        }
    }

    /// The receiver that began last has ended; `None`: its owner is gone.
    #[inline]
    pub(crate) fn ended<R>(&mut self, called: Option<&Result<R, BoxError>>) {
        self.gone |= called.is_none();
        if let Some(watch) = &mut self.watch {
            watch.ended(match called {
                Some(result) => Outcome::of(result),
                None => Outcome::Skipped(Skip::Gone),
            });
        }
    }

    /// Nobody can be called.
    #[cold]
    pub(crate) fn refused(&mut self, error: SendError) -> SendError {
        if let Some(watch) = &mut self.watch {
            watch.refused(&error);
        }
        error
    }

    /// What a receiver did wrong in a robust send, logged; noted, if it has begun and not ended.
    #[cold]
    pub(crate) fn failed<S: Spec>(
        &mut self,
        failure: Caught,
        receiver: &ReceiverRef,
        payload: &S::Args<'_>,
    ) -> ReceiverError {
        let error = self.within(|| failure.of::<S>(receiver, payload));
        if let Some(watch) = &mut self.watch {
            watch.ended(Outcome::of_error(&error));
        }
        error
    }
}

/// Whether a receiver with this guarantee is not awaited by the send itself.
fn waits(guarantee: Guarantee) -> bool {
    match guarantee {
        Guarantee::Inline => false,
        Guarantee::OnRollback => true,
        Guarantee::BeforeCommit | Guarantee::OnCommit => transaction::is_open(),
    }
}
