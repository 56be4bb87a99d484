//! What came of a commit.

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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// A `before_commit` receiver failed. It was rolled back.
    #[error("it was rolled back, because {0}")]
    Prevented(#[source] SendError),

    /// The database refused, or the transaction was over: a statement failed in it (PostgreSQL), or
    /// somebody ended it by a statement. It was rolled back.
    #[error("it was rolled back, because the database did not commit: {0}")]
    Refused(#[source] sqlx::Error),

    /// Something was dropped half-way in it: a [`save`](crate::Tx::save) or a
    /// [`delete`](crate::Tx::delete), or the opening or the release of a savepoint. Nobody knows what
    /// it consists of. It was rolled back.
    #[error(
        "it was rolled back, because a `save`, a `delete`, or the opening or the release of a \
         savepoint was dropped half-way in it"
    )]
    Broken,

    /// The connection was lost after the commit had been sent: it is committed or not, and only the
    /// database knows. Neither `on_commit` nor `on_rollback` receivers are run.
    #[error("nobody knows whether it is committed, because the connection was lost: {0}")]
    InDoubt(#[source] sqlx::Error),
}
