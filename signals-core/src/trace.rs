//! A span for each send and one for each receiver, and an event for each failure that nobody else
//! hears of, with the feature `tracing`.
//!
//! Field names follow OpenTelemetry's conventions for code and errors where there is one.

use tracing::field::{Empty, display};
use tracing::instrument::Instrument;
use tracing::{Level, Span};
use tracing_core::callsite::DefaultCallsite;
use tracing_core::metadata::Kind;
use tracing_core::{Metadata, metadata};

use crate::error::{ReceiverError, SendError};
use crate::receiver::{Guarantee, ReceiverRef};
use crate::scene::Site;
use crate::sender::Sender;
use crate::signal::{BoxFuture, SignalInfo};
use crate::watch::{Outcome, Ran};

const TARGET: &str = "signals";

/// Stands for the span `send` where it is asked for before there is anything to put into it.
static SEND: DefaultCallsite = DefaultCallsite::new(&SEND_METADATA);
static SEND_METADATA: Metadata<'static> = metadata! {
    name: "send",
    target: TARGET,
    level: Level::DEBUG,
    fields: &[
        "signal",
        "sender",
        "code.file.path",
        "code.line.number",
        "outcome",
        "error.message",
    ],
    callsite: &SEND,
    kind: Kind::SPAN,
};

/// Whether any subscriber may want the span of a send: a load where nobody wants level `DEBUG`, one
/// more where it is wanted of others only.
#[inline]
pub(crate) fn is_on() -> bool {
    tracing::level_enabled!(Level::DEBUG) && !SEND.interest().is_never()
}

/// The spans of one send.
pub(crate) struct Trace {
    send: Span,
    receiver: Span,
}

impl Trace {
    /// `None`: the subscriber of this thread does not want them.
    pub(crate) fn new(
        guarantee: Guarantee,
        signal: &'static SignalInfo,
        sender: Sender,
        site: Site,
    ) -> Option<Self> {
        // With tracing's feature `log`, spans that nobody subscribes to are records.
        if !tracing::level_enabled!(Level::DEBUG) {
            return None;
        }
        macro_rules! span {
            ($name:literal) => {
                tracing::debug_span!(
                    target: TARGET,
                    $name,
                    signal = signal.name(),
                    sender = Empty,
                    code.file.path = site.file(),
                    code.line.number = site.line(),
                    outcome = Empty,
                    error.message = Empty,
                )
            };
        }
        let send = match guarantee {
            Guarantee::Inline => span!("send"),
            Guarantee::BeforeCommit => span!("before_commit"),
            Guarantee::OnCommit => span!("on_commit"),
            Guarantee::OnRollback => span!("on_rollback"),
        };
        if send.is_disabled() {
            return None;
        }
        if !sender.is_none() {
            send.record("sender", display(&sender));
        }
        let receiver = Span::none();
        Some(Self { send, receiver })
    }

    /// Of a send that nobody traces.
    pub(crate) fn none() -> Self {
        Self {
            send: Span::none(),
            receiver: Span::none(),
        }
    }

    pub(crate) fn begins(&mut self, receiver: &ReceiverRef) {
        if self.send.is_disabled() {
            return;
        }
        self.receiver = tracing::debug_span!(
            target: TARGET,
            parent: &self.send,
            "receive",
            code.function.name = receiver.path(),
            code.file.path = receiver.file(),
            code.line.number = receiver.line(),
            dispatch_uid = receiver.dispatch_uid(),
            outcome = Empty,
            error.message = Empty,
        );
    }

    /// A receiver that did not run: an event in the span of the send.
    pub(crate) fn note(&self, receiver: &ReceiverRef, outcome: &Outcome) {
        if self.send.is_disabled() {
            return;
        }
        tracing::debug!(
            target: TARGET,
            parent: &self.send,
            {
                code.function.name = receiver.path(),
                dispatch_uid = receiver.dispatch_uid(),
                outcome = outcome.as_str()
            },
            "{outcome}"
        );
    }

    pub(crate) fn within<R>(&self, f: impl FnOnce() -> R) -> R {
        self.send.in_scope(f)
    }

    pub(crate) fn run<R>(&self, call: impl FnOnce() -> R) -> R {
        self.receiver.in_scope(call)
    }

    pub(crate) fn run_async<'b, R: 'b>(&self, future: BoxFuture<'b, R>) -> BoxFuture<'b, R> {
        if self.receiver.is_disabled() {
            return future;
        }
        Box::pin(future.instrument(self.receiver.clone()))
    }

    /// Of the receiver that began last.
    pub(crate) fn receiver(&self) -> Span {
        self.receiver.clone()
    }

    /// Its outcome is the worst that there was.
    pub(crate) fn finished(&self, refused: Option<&str>, ran: &[Ran]) {
        let any = |is: fn(&Outcome) -> bool| ran.iter().any(|ran| is(&ran.outcome));
        let outcome = if let Some(why) = refused {
            self.send.record("error.message", why);
            "refused"
        } else if any(Outcome::is_failure) {
            "failed"
        } else if any(|outcome| *outcome == Outcome::Cancelled) {
            "cancelled"
        } else {
            "succeeded"
        };
        self.send.record("outcome", outcome);
    }
}

/// Where failures of robust sends are told; as in the records of `log`.
const FAILURES: &str = "signals.dispatch";

/// Tells what a receiver of a robust send did wrong. False if no subscriber takes it.
pub(crate) fn failed(error: &ReceiverError, causes: &str) -> bool {
    if !tracing::event_enabled!(target: FAILURES, Level::ERROR) {
        return false;
    }
    tracing::error!(
        target: FAILURES,
        {
            signal = error.signal().name(),
            code.function.name = error.receiver().path(),
            dispatch_uid = error.receiver().dispatch_uid()
        },
        "{error}{causes}"
    );
    true
}

/// Tells why a robust send called nobody. False if no subscriber takes it.
pub(crate) fn refused(signal: &'static SignalInfo, error: &SendError) -> bool {
    if !tracing::event_enabled!(target: FAILURES, Level::ERROR) {
        return false;
    }
    tracing::error!(target: FAILURES, { signal = signal.name() }, "{error}");
    true
}

pub(crate) fn record(span: &Span, outcome: &Outcome) {
    span.record("outcome", outcome.as_str());
    if let Outcome::Failed(message) | Outcome::Panicked(message) = outcome {
        span.record("error.message", message.as_str());
    }
}
