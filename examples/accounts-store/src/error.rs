//! What can go wrong with the store.

use std::path::PathBuf;

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is missing and cannot be made, or is no database of this application.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },

    /// Another user has this name, or one that differs only in case.
    #[error("a user with that username already exists")]
    UsernameTaken,

    /// The operating system gave no random bytes for a session token.
    #[error("no random bytes for a session token")]
    Random(#[from] getrandom::Error),

    /// The database refused, or holds something that this application did not write.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}
