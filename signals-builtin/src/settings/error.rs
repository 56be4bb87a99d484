//! What can go wrong when settings are overridden.

use std::error::Error;
use std::fmt;

use signals_core::{RobustDelivered, SendError};

/// Why settings were not overridden. They are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// There are no such settings.
    #[error(
        "nobody provided the settings `{settings}`; call `state::provide` before overriding them"
    )]
    NotProvided {
        /// Their type.
        settings: &'static str,
    },

    /// Serde cannot write them, so that nobody can say what changed.
    #[error(
        "the settings `{settings}` cannot be written by serde, so that nobody can say what changed"
    )]
    Serialize {
        /// Their type.
        settings: &'static str,
        /// Serde's own error.
        source: serde_json::Error,
    },

    /// A receiver refused. The end was told for all settings.
    #[error(transparent)]
    Refused(SendError),
}

/// What failed when settings were restored: at least one receiver, or a send that nobody could wait
/// for. They are restored.
///
/// The first is the [`source`](Error::source). Each was logged.
#[derive(Debug)]
pub struct RestoreErrors(pub(super) Vec<RobustDelivered>);

impl RestoreErrors {
    /// The errors, in the order in which the receivers ran: of receivers, each a
    /// [`ReceiverError`](signals_core::ReceiverError), and of sends that were refused, each a
    /// [`SendError`].
    pub fn errors(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        self.0.iter().flat_map(|sent| {
            let refused = sent.refused().map(|error| error as _);
            refused
                .into_iter()
                .chain(sent.errors().iter().map(|error| error as _))
        })
    }
}

impl fmt::Display for RestoreErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.errors().count();
        let receivers = if count == 1 { "receiver" } else { "receivers" };
        write!(
            f,
            "the settings are restored, and then {count} {receivers} failed"
        )
    }
}

impl Error for RestoreErrors {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.errors().next()
    }
}
