//! What can go wrong, and what is said about it.

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use crate::receiver::ReceiverRef;
use crate::sender::Sender;
use crate::signal::SignalInfo;

/// Any error, boxed: what a receiver's own error is turned into.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Why a send stopped. One pointer wide.
///
/// ```
/// use signals_core::{receiver, signal};
///
/// signal! {
///     pub order_paid(total: u64);
/// }
///
/// #[receiver(order_paid)]
/// fn book(total: u64) -> Result<(), std::io::Error> {
///     Err(std::io::Error::other(format!("the ledger is full at {total}")))
/// }
///
/// let error = order_paid.send(OrderPaid { total: 3 }).unwrap_err();
/// assert!(error.to_string().contains("order_paid"));
/// assert!(error.to_string().contains("book"));
/// assert!(error.downcast_ref::<std::io::Error>().is_some());
/// ```
///
/// `Display` names the signal, the receiver and its place; the receiver's own error is the
/// [`source`](Error::source), unchanged.
// Always `Some`, but while it is dropped. Who sends drops a result that nearly always is `Ok`: with a
// destructor that is kept out of line, that is a test in the caller and no call.
pub struct SendError(Option<Box<SendErrorKind>>);

impl Drop for SendError {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        #[inline(never)]
        fn out_of_line(kind: Box<SendErrorKind>) {
            drop(kind);
        }

        if let Some(kind) = self.0.take() {
            out_of_line(kind);
        }
    }
}

/// The ways in which a send can stop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendErrorKind {
    /// A receiver failed. The receivers after it were not called.
    #[error(transparent)]
    Receiver(ReceiverError),

    /// Signals sent by receivers of signals went deeper than the limit. No receiver was called.
    #[error(
        "signal `{signal}` was sent {limit} sends deep, by receivers that send again: … → {}; \
         break the circle, or raise the limit with `signals_core::set_recursion_limit`",
        chain.join(" → ")
    )]
    #[non_exhaustive]
    Recursion {
        /// The signal that was refused.
        signal: &'static str,
        /// The limit.
        limit: u32,
        /// The innermost signals, outermost first; ends with `signal`.
        chain: Vec<&'static str>,
    },

    /// A plain send met an async receiver where it is not possible to wait for one. No receiver was
    /// called.
    #[error(
        "signal `{signal}` has the async receiver `{receiver}`, which `send` cannot wait for: {why}"
    )]
    #[non_exhaustive]
    AsyncReceiver {
        /// The signal.
        signal: &'static str,
        /// The first async receiver in order.
        receiver: ReceiverRef,
        /// What is missing, and what to do.
        why: &'static str,
    },
}

impl SendError {
    /// What happened, to match on.
    pub fn kind(&self) -> &SendErrorKind {
        match &self.0 {
            Some(kind) => kind,
            None => unreachable!("an error that is being dropped is not looked at"),
        }
    }

    /// What happened, by value.
    pub fn into_kind(mut self) -> SendErrorKind {
        match self.0.take() {
            Some(kind) => *kind,
            None => unreachable!("an error that is being dropped is not looked at"),
        }
    }

    /// The receiver that failed, if one did.
    pub fn receiver(&self) -> Option<&ReceiverRef> {
        match self.kind() {
            SendErrorKind::Receiver(error) => Some(error.receiver()),
            _ => None,
        }
    }

    /// The receiver's own error, if it is an `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match self.kind() {
            SendErrorKind::Receiver(error) => error.downcast_ref(),
            _ => None,
        }
    }
}

impl From<SendErrorKind> for SendError {
    fn from(kind: SendErrorKind) -> Self {
        Self(Some(Box::new(kind)))
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.kind().source()
    }
}

/// What one receiver did wrong, with the signal, the sender and the receiver's place in the source.
///
/// [`source`](Error::source) is the receiver's own error, unchanged: its `Debug` still shows the
/// backtrace that it holds. A panic has no source; its message is shown.
pub struct ReceiverError {
    signal: &'static SignalInfo,
    receiver: ReceiverRef,
    sender: Sender,
    failure: Failure,
}

/// How a receiver failed.
enum Failure {
    Error(BoxError),
    Panic {
        message: String,
        // A panic's payload is not `Sync`.
        payload: Mutex<Box<dyn Any + Send>>,
    },
}

/// What somebody's error says, or as much of it as can be printed.
pub(crate) fn shown(error: &dyn fmt::Display) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail; the error's own `Display` can.
    quietly(|| {
        let _ = write!(text, "{error}");
    });
    text
}

/// Runs `f`, and lets no panic out, nor one of the destructor of what was thrown.
pub(crate) fn quietly(f: impl FnOnce()) {
    let dropped = catch_unwind(AssertUnwindSafe(|| {
        drop(catch_unwind(AssertUnwindSafe(f)));
    }));
    // If that panicked too, who knows what its payload would do.
    mem::forget(dropped);
}

/// What a panic says.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    message.unwrap_or("(no message)").to_owned()
}

impl ReceiverError {
    pub(crate) fn error(
        signal: &'static SignalInfo,
        receiver: ReceiverRef,
        sender: Sender,
        error: BoxError,
    ) -> Self {
        Self {
            signal,
            receiver,
            sender,
            failure: Failure::Error(error),
        }
    }

    pub(crate) fn panic(
        signal: &'static SignalInfo,
        receiver: ReceiverRef,
        sender: Sender,
        payload: Box<dyn Any + Send>,
    ) -> Self {
        let message = panic_message(&*payload);
        Self {
            signal,
            receiver,
            sender,
            failure: Failure::Panic {
                message,
                payload: Mutex::new(payload),
            },
        }
    }

    /// The signal that was sent.
    pub fn signal(&self) -> &'static SignalInfo {
        self.signal
    }

    /// The receiver that failed.
    pub fn receiver(&self) -> &ReceiverRef {
        &self.receiver
    }

    /// Who sent the signal.
    pub fn sender(&self) -> Sender {
        self.sender
    }

    /// The receiver's own error, if it is an `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        match &self.failure {
            Failure::Error(error) => error.downcast_ref(),
            Failure::Panic { .. } => None,
        }
    }

    /// The message of the panic, if the receiver panicked.
    pub fn panic_message(&self) -> Option<&str> {
        match &self.failure {
            Failure::Error(_) => None,
            Failure::Panic { message, .. } => Some(message),
        }
    }

    /// The receiver's own error, or the panic's payload, to be thrown on with
    /// [`std::panic::resume_unwind`].
    ///
    /// # Errors
    ///
    /// The panic's payload, if the receiver panicked.
    pub fn into_source(self) -> Result<BoxError, Box<dyn Any + Send>> {
        match self.failure {
            Failure::Error(error) => Ok(error),
            Failure::Panic { payload, .. } => {
                Err(payload.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl fmt::Display for ReceiverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            signal, receiver, ..
        } = self;
        write!(f, "receiver `{receiver}` of signal `{signal}`")?;
        if !self.sender.is_none() {
            write!(f, ", sent by `{}`,", self.sender)?;
        }
        match &self.failure {
            Failure::Error(_) => f.write_str(" failed"),
            Failure::Panic { message, .. } => write!(f, " panicked: {message}"),
        }
    }
}

impl fmt::Debug for ReceiverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ReceiverError");
        out.field("signal", &self.signal.name())
            .field("receiver", &self.receiver)
            .field("sender", &self.sender);
        match &self.failure {
            Failure::Error(error) => out.field("error", error),
            Failure::Panic { message, .. } => out.field("panic", message),
        };
        out.finish()
    }
}

impl Error for ReceiverError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure {
            Failure::Error(error) => Some(&**error),
            Failure::Panic { .. } => None,
        }
    }
}

/// A receiver with the same `dispatch_uid` already listens to that sender.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{uid}` is connected to signal `{signal}` already, as receiver `{receiver}`; \
     disconnect that one first, or take another `dispatch_uid`"
)]
#[non_exhaustive]
pub struct AlreadyConnected {
    /// The signal.
    pub signal: &'static str,
    /// The `dispatch_uid`.
    pub uid: String,
    /// The receiver that has it.
    pub receiver: ReceiverRef,
}
