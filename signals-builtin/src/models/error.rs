//! What can go wrong around a write.

use signals_core::SendError;

/// Why a write, or a deletion, has no result. `E` is the store's own error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError<E> {
    /// A receiver of the signal before it failed. Nothing was written.
    #[error("nothing was written, because {0}")]
    Prevented(#[source] SendError),

    /// The store failed. No signal was sent after it.
    #[error(transparent)]
    Store(E),

    /// It is written, and then a receiver failed. The receivers after it were not called. Roll the
    /// transaction back, if there is one and the write should not stay.
    #[error("it was written, and then {0}")]
    Afterwards(#[source] SendError),

    /// There are no fields to write, and so no row to return. Nothing was written or sent.
    ///
    /// Never said of a plain struct, which is returned as it came.
    #[error("there are no fields to write")]
    NoFields,
}

impl<E> WriteError<E> {
    /// The store's own error, if it is the store that failed.
    pub fn store(&self) -> Option<&E> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }

    /// The error of the signal, if it is a receiver that failed.
    pub fn signal(&self) -> Option<&SendError> {
        match self {
            Self::Prevented(error) | Self::Afterwards(error) => Some(error),
            _ => None,
        }
    }
}
