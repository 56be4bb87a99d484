//! What came of a commit.

use std::error::Error;
use std::fmt;

use signals_core::{ReceiverError, SendError};

/// It is committed.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Committed {
    /// The `on_commit` receivers that failed, in the order in which they ran. Each was logged; none
    /// stopped the others.
    pub errors: Vec<ReceiverError>,
}

/// Why it is not committed, or not known to be.
///
/// `Display` names the signal and the receiver, where one failed; its own error is the
/// [`source`](Error::source), as is the database's.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommitError {
    /// A `before_commit` receiver failed. It was rolled back.
    Prevented(SendError),

    /// The database refused, or the transaction was over: a statement failed in it (PostgreSQL), or
    /// somebody ended it by a statement. It was rolled back.
    Refused(sqlx::Error),

    /// Something was dropped half-way in it: a [`save`](crate::Tx::save) or a
    /// [`delete`](crate::Tx::delete), or the opening or the release of a savepoint. Nobody knows what
    /// it consists of. It was rolled back.
    Broken,

    /// The connection was lost after the commit had been sent: it is committed or not, and only the
    /// database knows. Neither `on_commit` nor `on_rollback` receivers are run.
    InDoubt(sqlx::Error),
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prevented(error) => write!(f, "it was rolled back, because {error}"),
            Self::Refused(_) => f.write_str("it was rolled back, because the database refused"),
            Self::Broken => f.write_str(
                "it was rolled back, because a `save`, a `delete`, or the opening or the release \
                 of a savepoint was dropped half-way in it",
            ),
            Self::InDoubt(_) => {
                f.write_str("nobody knows whether it is committed, because the connection was lost")
            }
        }
    }
}

impl Error for CommitError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Prevented(error) => error.source(),
            Self::Refused(error) | Self::InDoubt(error) => Some(error),
            Self::Broken => None,
        }
    }
}
