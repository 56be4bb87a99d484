//! What can go wrong when something is logged.

use signals_core::{BoxError, SendError};

use super::Log;

/// Why nothing was written to the event log, or the caller was stopped after it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// There is no store. Nothing was written.
    #[error("nobody provided a store for the event log; call `eventlog::provide` before logging")]
    NoStore,

    /// The action is empty or too long. Nothing was written.
    #[error("an action has 1 to {max} characters, and not {length}", max = Log::MAX_ACTION)]
    Action {
        /// How many characters it has.
        length: usize,
    },

    /// The store failed. No signal was sent.
    #[error("the event log could not be read or written: {0}")]
    Store(#[source] BoxError),

    /// The row was written, and then a receiver failed. The receivers after it were not called.
    #[error("it was written to the event log, and then {0}")]
    Afterwards(#[source] SendError),
}
