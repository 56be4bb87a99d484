//! Those who look at a send while it happens: tests, the record of recent sends, tracing.
//!
//! A signal that anybody watches says so in the word that each send reads first, so that all others
//! pay nothing.

use std::any::{Any, TypeId};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime};

use crate::error::{ReceiverError, SendError, panic_message, shown};
use crate::receiver::{Guarantee, ReceiverRef};
use crate::recent;
use crate::scene::Site;
use crate::scope::{self, Layer};
use crate::sender::Sender;
use crate::signal::{AnySignal, BoxFuture, Signal, SignalInfo, Spec};
#[cfg(feature = "tracing")]
use crate::trace::Trace;

/// What a test says about sends in its scope.
pub(crate) enum Rule {
    MuteSignal(TypeId),
    MuteReceiver(String),
    MuteSender(Sender),
    /// None but these receivers.
    Only(Vec<String>),
    Capture(TypeId, Arc<dyn Any + Send + Sync>),
    /// A connection that only this scope sees.
    Connection(Arc<()>),
}

impl Rule {
    pub(crate) fn captures<S: Spec>(&self) -> bool {
        matches!(self, Self::Capture(signal, _) if *signal == TypeId::of::<S>())
    }

    /// Whether this is what makes a connection seen.
    pub(crate) fn shows(&self, scope: &Weak<()>) -> bool {
        matches!(self, Self::Connection(mine) if Arc::as_ptr(mine) == scope.as_ptr())
    }
}

/// What became of a receiver in one send.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Ran {
    /// The receiver.
    pub receiver: ReceiverRef,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it took; for an async one, until it ended, also while others ran.
    pub duration: Duration,
}

/// How a receiver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It returned no error.
    Succeeded,
    /// It returned an error, with this message.
    Failed(String),
    /// It panicked, with this message.
    Panicked(String),
    /// It was dropped while it was awaited.
    Cancelled,
    /// It waits for the end of the transaction.
    Deferred,
    /// It was not called.
    Skipped(Skip),
}

/// Why a receiver was not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// Its `when` said no.
    Condition,
    /// A test mutes the signal, the receiver or the sender.
    Muted,
    /// It is `on_rollback`, and no transaction is open.
    NoTransaction,
    /// The owner of a weak connection is gone.
    Gone,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed(error) => write!(f, "failed: {error}"),
            Self::Panicked(message) => write!(f, "panicked: {message}"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Deferred => f.write_str("waits for the end of the transaction"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Condition => "its condition said no",
            Self::Muted => "muted by a test",
            Self::NoTransaction => "no transaction is open",
            Self::Gone => "its owner is gone",
        })
    }
}

/// One who wants to know what was sent, and then what came of it.
pub(crate) struct Tap<S: Spec> {
    /// Gives the send a number.
    pub(crate) sent: OnSent<S>,
    pub(crate) heard: OnHeard,
}

type OnSent<S> = Box<dyn for<'a, 'b> Fn(&'b <S as Spec>::Args<'a>, Sender) -> usize + Send + Sync>;
type OnHeard = Box<dyn Fn(usize, &[Ran]) + Send + Sync>;

trait Heard: Send + Sync {
    fn heard(&self, number: usize, ran: &[Ran]);
}

impl<S: Spec> Heard for Tap<S> {
    fn heard(&self, number: usize, ran: &[Ran]) {
        (self.heard)(number, ran);
    }
}

/// A receiver that has not ended.
struct Running {
    receiver: ReceiverRef,
    started: Instant,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Running {
    fn ended(self, outcome: Outcome) -> Ran {
        #[cfg(feature = "tracing")]
        crate::trace::record(&self.span, &outcome);
        Ran {
            receiver: self.receiver,
            outcome,
            duration: self.started.elapsed(),
        }
    }
}

/// One send that somebody watches.
pub(crate) struct Watch {
    rules: Vec<Arc<Rule>>,
    taps: Vec<(Arc<dyn Heard>, usize)>,
    /// Whether anybody wants to know who ran.
    is_recorded: bool,
    begun: recent::Begun,
    started: Instant,
    ran: Vec<Ran>,
    /// Why nobody could be called.
    refused: Option<String>,
    running: Option<Running>,
    /// Those that run at once.
    among: Vec<Running>,
    #[cfg(feature = "tracing")]
    trace: Trace,
}

impl Watch {
    /// Of a receiver that is called at the end of a transaction, or a send that does not begin, if
    /// anybody but tests watches all sends.
    pub(crate) fn without_tests(
        guarantee: Guarantee,
        signal: &'static SignalInfo,
        sender: Sender,
        site: Site,
    ) -> Option<Self> {
        let watch = || Self::of(guarantee, signal, sender, site);
        #[cfg(feature = "tracing")]
        if let Some(trace) = Trace::new(guarantee, signal, sender, site) {
            return Some(watch().traced_by(trace));
        }
        recent::is_on().then(watch)
    }

    /// The send begins: the captures hear of it.
    pub(crate) fn tell<S: Spec>(&mut self, payload: &S::Args<'_>) {
        let captures = self.rules.iter().filter_map(|rule| match &**rule {
            Rule::Capture(signal, tap) if *signal == TypeId::of::<S>() => Some(Arc::clone(tap)),
            _ => None,
        });
        let taps: Vec<Arc<Tap<S>>> = captures.filter_map(|tap| tap.downcast().ok()).collect();
        for tap in taps {
            let number = (tap.sent)(payload, self.begun.sender);
            self.taps.push((tap, number));
            self.is_recorded = true;
        }
    }

    pub(crate) fn of(
        guarantee: Guarantee,
        signal: &'static SignalInfo,
        sender: Sender,
        site: Site,
    ) -> Self {
        let mut rules = Vec::new();
        scope::find(|layer| {
            if let Layer::Rule(rule) = layer {
                rules.push(Arc::clone(rule));
            }
            None::<()>
        });
        Self {
            rules,
            taps: Vec::new(),
            is_recorded: recent::is_on(),
            begun: recent::Begun {
                guarantee,
                signal,
                sender,
                site,
                at: SystemTime::now(),
                number: recent::next_number(),
            },
            started: Instant::now(),
            ran: Vec::new(),
            refused: None,
            running: None,
            among: Vec::new(),
            #[cfg(feature = "tracing")]
            trace: Trace::none(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn traced_by(mut self, trace: Trace) -> Self {
        self.trace = trace;
        self.is_recorded = true;
        self
    }

    /// Runs `f` in the span of the send.
    #[cfg(feature = "tracing")]
    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        self.trace.within(f)
    }

    /// Whether a test keeps the receiver from this send.
    fn mutes(&self, receiver: &ReceiverRef, signal: TypeId) -> bool {
        self.rules.iter().any(|rule| match &**rule {
            Rule::MuteSignal(muted) => *muted == signal,
            Rule::MuteReceiver(key) => receiver.is_called(key),
            Rule::MuteSender(sender) => *sender == self.begun.sender,
            Rule::Only(keys) => !keys.iter().any(|key| receiver.is_called(key)),
            Rule::Capture(..) | Rule::Connection(_) => false,
        })
    }

    /// Whether the receiver is none of another scope.
    fn sees(&self, receiver: &ReceiverRef) -> bool {
        let is_mine = |scope| self.rules.iter().any(|rule| rule.shows(scope));
        receiver.scope.as_ref().is_none_or(is_mine)
    }

    pub(crate) fn admits(&mut self, receiver: &ReceiverRef, signal: TypeId) -> bool {
        if !self.sees(receiver) {
            return false;
        }
        let mutes = self.mutes(receiver, signal);
        if mutes {
            self.note(receiver, Outcome::Skipped(Skip::Muted));
        }
        !mutes
    }

    /// As [`admits`](Self::admits), without writing it down.
    pub(crate) fn would_admit(&self, receiver: &ReceiverRef, signal: TypeId) -> bool {
        self.sees(receiver) && !self.mutes(receiver, signal)
    }

    /// A receiver that did not run.
    pub(crate) fn note(&mut self, receiver: &ReceiverRef, outcome: Outcome) {
        #[cfg(feature = "tracing")]
        self.trace.note(receiver, &outcome);
        if self.is_recorded {
            self.ran.push(Ran {
                receiver: receiver.clone(),
                outcome,
                duration: Duration::ZERO,
            });
        }
    }

    /// Nobody could be called, or nobody from here on.
    pub(crate) fn refused(&mut self, error: &SendError) {
        if self.is_recorded {
            self.refused = Some(error.to_string());
        }
    }

    pub(crate) fn begins(&mut self, receiver: &ReceiverRef) {
        // Of a pull that was given up while it awaited, and goes on.
        self.ended(Outcome::Cancelled);
        if self.is_recorded {
            #[cfg(feature = "tracing")]
            self.trace.begins(receiver);
            self.running = Some(Running {
                receiver: receiver.clone(),
                started: Instant::now(),
                #[cfg(feature = "tracing")]
                span: self.trace.receiver(),
            });
        }
    }

    /// Runs the receiver that began last, in its span. If it panics, it has ended with that.
    pub(crate) fn run<R>(&mut self, call: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(|| self.traced(call))).unwrap_or_else(|panic| {
            self.ended(Outcome::of_panic(&*panic));
            resume_unwind(panic)
        })
    }

    #[cfg_attr(
        not(feature = "tracing"),
        expect(clippy::unused_self, reason = "there are no spans")
    )]
    #[inline]
    fn traced<R>(&self, call: impl FnOnce() -> R) -> R {
        #[cfg(feature = "tracing")]
        return self.trace.run(call);
        #[cfg(not(feature = "tracing"))]
        call()
    }

    /// The future of the receiver that began last, polled in its span.
    #[cfg_attr(
        not(feature = "tracing"),
        expect(clippy::unused_self, reason = "there are no spans")
    )]
    #[inline]
    pub(crate) fn traced_async<'b, R: 'b>(&self, future: BoxFuture<'b, R>) -> BoxFuture<'b, R> {
        #[cfg(feature = "tracing")]
        return self.trace.run_async(future);
        #[cfg(not(feature = "tracing"))]
        future
    }

    /// The receiver that began last has ended.
    pub(crate) fn ended(&mut self, outcome: Outcome) {
        if let Some(running) = self.running.take() {
            self.ran.push(running.ended(outcome));
        }
    }

    /// The receiver that began last goes on, at once with others.
    pub(crate) fn goes_on(&mut self) {
        self.among.extend(self.running.take());
    }

    /// One of those has ended.
    pub(crate) fn ended_among(&mut self, receiver: &ReceiverRef, outcome: Outcome) {
        let mut among = self.among.iter();
        if let Some(index) = among.position(|running| running.receiver.same(receiver)) {
            let running = self.among.remove(index);
            self.ran.push(running.ended(outcome));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It has not ended, so it was dropped.
        self.ended(Outcome::Cancelled);
        for running in std::mem::take(&mut self.among) {
            self.ran.push(running.ended(Outcome::Cancelled));
        }
        #[cfg(feature = "tracing")]
        self.trace.finished(self.refused.as_deref(), &self.ran);
        for (tap, number) in &self.taps {
            tap.heard(*number, &self.ran);
        }
        if self.is_recorded && recent::is_on() {
            let ran = std::mem::take(&mut self.ran);
            recent::push(
                &self.begun,
                self.started.elapsed(),
                ran,
                self.refused.take(),
            );
        }
    }
}

impl Outcome {
    /// Whether it returned an error or panicked.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Panicked(_))
    }

    /// One word for it: `succeeded`, `failed`, `panicked`, `cancelled`, `deferred` or `skipped`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
            Self::Panicked(_) => "panicked",
            Self::Cancelled => "cancelled",
            Self::Deferred => "deferred",
            Self::Skipped(_) => "skipped",
        }
    }

    /// What there is to say beyond that: the error, or why it was not called.
    pub fn message(&self) -> Option<String> {
        match self {
            Self::Failed(message) | Self::Panicked(message) => Some(message.clone()),
            Self::Skipped(why) => Some(why.to_string()),
            Self::Succeeded | Self::Cancelled | Self::Deferred => None,
        }
    }

    pub(crate) fn of<R, E: fmt::Display>(result: &Result<R, E>) -> Self {
        match result {
            Ok(_) => Self::Succeeded,
            Err(error) => Self::Failed(shown(error)),
        }
    }

    pub(crate) fn of_panic(payload: &(dyn Any + Send)) -> Self {
        Self::Panicked(panic_message(payload))
    }

    pub(crate) fn of_error(error: &ReceiverError) -> Self {
        use std::error::Error as _;
        match (error.panic_message(), error.source()) {
            (Some(message), _) => Self::Panicked(message.to_owned()),
            (None, Some(source)) => Self::Failed(shown(&source)),
            (None, None) => Self::Failed(shown(error)),
        }
    }
}

/// Some signals are watched, until this is dropped.
pub(crate) enum Watching {
    One(&'static dyn AnySignal),
    All,
}

impl Watching {
    pub(crate) fn one<S: Spec>(signal: &'static Signal<S>) -> Self {
        signal.registry.watch(true);
        Self::One(signal)
    }

    pub(crate) fn all() -> Self {
        for signal in crate::catalog::all() {
            signal.watch(true);
        }
        Self::All
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        match self {
            Self::One(signal) => signal.watch(false),
            Self::All => {
                for signal in crate::catalog::all() {
                    signal.watch(false);
                }
            }
        }
    }
}
