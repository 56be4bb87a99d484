//! What can be wrong.

use std::fmt;

use crate::catalog::did_you_mean;
use crate::receiver::ReceiverRef;
use crate::signal::SignalInfo;

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
    /// A receiver listens to a label that no linked sender has.
    UnknownLabel {
        /// The signal.
        signal: &'static SignalInfo,
        /// The receiver.
        receiver: ReceiverRef,
        /// The label it listens to.
        label: String,
        /// Known labels that are spelt alike, the closest first.
        closest: Vec<String>,
    },
    /// A crate that `installed_apps!` names brought no signal, no receiver and no model.
    EmptyApp {
        /// The crate, as it is named there.
        app: &'static str,
        /// The crate, as it calls itself.
        crate_name: &'static str,
        /// The file of `installed_apps!`.
        file: &'static str,
        /// The line of it.
        line: u32,
    },
}

impl Finding {
    /// The signal that it is about; `None` if it is about a crate.
    pub fn signal(&self) -> Option<&'static SignalInfo> {
        match self {
            Self::DuplicateKey { signal, .. }
            | Self::Cycle { signal, .. }
            | Self::UnknownReceiver { signal, .. }
            | Self::MissingState { signal, .. }
            | Self::UnknownLabel { signal, .. } => Some(signal),
            Self::EmptyApp { .. } => None,
        }
    }
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
            Self::UnknownLabel {
                signal,
                receiver,
                label,
                closest,
            } => write!(
                f,
                "signal `{signal}`: receiver `{receiver}` listens to `{label}`, a label that no \
                 linked sender has{}; correct it, link the crate that the sender is in, or make it \
                 known with `known_senders!`",
                did_you_mean(closest)
            ),
            Self::EmptyApp {
                app,
                crate_name,
                file,
                line,
            } => {
                write!(f, "`installed_apps!` ({file}:{line}): the crate `{app}`")?;
                if crate_name != app {
                    write!(f, ", which calls itself `{crate_name}`,")?;
                }
                f.write_str(
                    " brought no signal, no receiver and no model; take it out, turn on the \
                     feature that they are behind, or make it use the same version of signals-core \
                     (`cargo tree -d`)",
                )
            }
        }
    }
}
