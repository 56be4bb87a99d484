//! A span for each send and one for each receiver, with the feature `tracing`.
//!
//! Field names follow OpenTelemetry's conventions for code and errors where there is one.

use tracing::field::{Empty, display};
use tracing::instrument::Instrument;
use tracing::{Level, Span};

use crate::receiver::{Guarantee, ReceiverRef};
use crate::scene::Site;
use crate::sender::Sender;
use crate::signal::{BoxFuture, SignalInfo};
use crate::watch::Outcome;

const TARGET: &str = "signals";

/// Whether anybody may want spans: a load where nobody subscribed.
#[inline]
pub(crate) fn is_on() -> bool {
    tracing::level_enabled!(Level::DEBUG)
}

/// The spans of one send.
pub(crate) struct Trace {
    send: Span,
    receiver: Span,
}

impl Trace {
    pub(crate) fn new(
        guarantee: Guarantee,
        signal: &'static SignalInfo,
        sender: Sender,
        site: Site,
    ) -> Self {
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
        if !sender.is_none() {
            send.record("sender", display(&sender));
        }
        Self {
            send,
            receiver: Span::none(),
        }
    }

    /// Whether anybody listens.
    pub(crate) fn is_on(&self) -> bool {
        !self.send.is_disabled()
    }

    pub(crate) fn begins(&mut self, receiver: &ReceiverRef) {
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
        if self.is_on() {
            tracing::debug!(
                target: TARGET,
                parent: &self.send,
                {
                    code.function.name = receiver.path(),
                    dispatch_uid = receiver.dispatch_uid(),
                    outcome = name(outcome)
                },
                "{outcome}"
            );
        }
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

    pub(crate) fn finished(&self, refused: Option<&str>, has_failed: bool) {
        if let Some(why) = refused {
            self.send.record("error.message", why);
        }
        let outcome = match (refused, has_failed) {
            (Some(_), _) => "refused",
            (None, true) => "failed",
            (None, false) => "succeeded",
        };
        self.send.record("outcome", outcome);
    }
}

pub(crate) fn record(span: &Span, outcome: &Outcome) {
    span.record("outcome", name(outcome));
    if let Outcome::Failed(message) | Outcome::Panicked(message) = outcome {
        span.record("error.message", message.as_str());
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed(_) => "failed",
        Outcome::Panicked(_) => "panicked",
        Outcome::Cancelled => "cancelled",
        Outcome::Deferred => "deferred",
        Outcome::Skipped(_) => "skipped",
    }
}
