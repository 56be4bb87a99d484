//! What is wrong with the receivers that were found.

use std::fmt;

use crate::receiver::ReceiverRef;
use crate::signal::{AnySignal, SignalInfo};

/// Something about the registered receivers that is surely not meant.
///
/// `Display` is one line with the remedy.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Finding {
    /// Two registrations have the same key and listen to the same sender. Only the first is called.
    DuplicateKey {
        /// The signal.
        signal: &'static SignalInfo,
        /// The one that is called.
        first: ReceiverRef,
        /// The one that is not.
        second: ReceiverRef,
    },
    /// Constraints that contradict each other. The receivers run in an order that breaks one.
    Cycle {
        /// The signal.
        signal: &'static SignalInfo,
        /// Each has to run before the next, and the last before the first.
        receivers: Vec<ReceiverRef>,
    },
    /// A `before =` or `after =` that names no receiver of the signal.
    UnknownReceiver {
        /// The signal.
        signal: &'static SignalInfo,
        /// Who says it.
        receiver: ReceiverRef,
        /// The name.
        name: &'static str,
    },
    /// A receiver asks for `#[state]` that nobody has provided (yet).
    MissingState {
        /// The signal.
        signal: &'static SignalInfo,
        /// The receiver.
        receiver: ReceiverRef,
        /// The type it asks for.
        state: &'static str,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateKey {
                signal,
                first,
                second,
            } => write!(
                f,
                "signal `{signal}`: receiver `{second}` is not called, because `{first}` has the \
                 same key `{}` and sender; give one of them another `dispatch_uid`",
                first.key()
            ),
            Self::Cycle { signal, receivers } => {
                write!(f, "signal `{signal}`: the constraints go in a circle: ")?;
                for receiver in receivers {
                    write!(f, "`{receiver}` before ")?;
                }
                match receivers.first() {
                    Some(first) => write!(f, "`{first}`")?,
                    None => f.write_str("itself")?,
                }
                f.write_str("; take out one `before` or `after`")
            }
            Self::UnknownReceiver {
                signal,
                receiver,
                name,
            } => write!(
                f,
                "signal `{signal}`: receiver `{receiver}` wants its place beside `{name}`, but no \
                 receiver has that `dispatch_uid` or path; correct the name, or link the crate \
                 that it is in"
            ),
            Self::MissingState {
                signal,
                receiver,
                state,
            } => write!(
                f,
                "signal `{signal}`: receiver `{receiver}` takes `#[state]` of type `{state}`, \
                 which nobody provided; call `state::provide` before the first send"
            ),
        }
    }
}

/// Looks at every signal and its receivers, and lists what is surely not meant: duplicate keys,
/// circles and misspelt names in `before`/`after`, `#[state]` that nobody provided.
///
/// Call it at start-up after the states were provided, or in a test.
///
/// ```
/// for finding in signals_core::check() {
///     eprintln!("{finding}");
/// }
/// ```
pub fn check() -> Vec<Finding> {
    crate::catalog::signals()
        .flat_map(AnySignal::check)
        .collect()
}
