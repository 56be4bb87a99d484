//! What can go wrong when something is logged.

use std::error::Error;
use std::fmt;

use signals_core::{BoxError, SendError};

use super::Log;

/// Why nothing was written to the event log, or the caller was stopped after it.
///
/// The [`source`](Error::source) is the store's or the receiver's own error.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogError {
    /// There is no store. Nothing was written.
    NoStore,

    /// The action is empty or too long. Nothing was written.
    Action {
        /// How many characters it has.
        length: usize,
    },

    /// The store failed. No signal was sent.
    Store(BoxError),

    /// The row was written, and then a receiver failed. The receivers after it were not called.
    Afterwards(SendError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStore => f.write_str(
                "nobody provided a store for the event log; call `eventlog::provide` before logging",
            ),
            Self::Action { length } => write!(
                f,
                "an action has 1 to {} characters, and not {length}",
                Log::MAX_ACTION
            ),
            Self::Store(_) => f.write_str("the event log could not be read or written"),
            Self::Afterwards(error) => {
                write!(f, "it was written to the event log, and then {error}")
            }
        }
    }
}

impl Error for LogError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoStore | Self::Action { .. } => None,
            Self::Store(error) => Some(&**error),
            // What is shown already is not a source: printers of error chains would show it twice.
            Self::Afterwards(error) => error.source(),
        }
    }
}
