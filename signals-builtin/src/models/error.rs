//! What can go wrong around a write.

use std::error::Error;
use std::fmt;

use signals_core::{Delivered, SendError};

/// Why a write, or a deletion, has no result. `E` is the store's own error.
///
/// `Display` names the signal and the receiver; the receiver's own error is the
/// [`source`](Error::source).
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError<E> {
    /// A receiver of the signal before it failed. Nothing was written.
    Prevented(SendError),

    /// The store failed. No signal was sent after it.
    Store(E),

    /// It is written, and then a receiver failed. The receivers after it were not called. Roll the
    /// transaction back, if there is one and the write should not stay.
    Afterwards(SendError),

    /// There are no fields to write, and so no row to return. Nothing was written or sent.
    ///
    /// Never said of a plain struct, which is returned as it came.
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

impl<E: fmt::Display> fmt::Display for WriteError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prevented(error) => write!(f, "nothing was written, because {error}"),
            Self::Store(error) => error.fmt(f),
            Self::Afterwards(error) => write!(f, "it was written, and then {error}"),
            Self::NoFields => f.write_str("there are no fields to write"),
        }
    }
}

// What is shown already is not a source: printers of error chains would show it twice.
impl<E: Error> Error for WriteError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Prevented(error) | Self::Afterwards(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::NoFields => None,
        }
    }
}

/// What was written, if those who were told of it did not fail.
pub(super) fn told<W, E>(
    written: W,
    after: Result<Delivered, SendError>,
) -> Result<W, WriteError<E>> {
    match after {
        Ok(_) => Ok(written),
        Err(error) => Err(WriteError::Afterwards(error)),
    }
}
