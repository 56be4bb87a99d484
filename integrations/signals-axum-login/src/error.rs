//! What can go wrong.

use std::fmt;

use axum_login::AuthnBackend;
use signals_core::SendError;

/// Why logging in, logging out or trying credentials failed.
#[derive(thiserror::Error)]
pub enum Error<B: AuthnBackend> {
    /// The session's store or the backend failed, as axum-login says it. No signal was sent, but
    /// that of a log-out, which comes first.
    #[error(transparent)]
    Auth(#[from] axum_login::Error<B>),

    /// A receiver failed. What it was told of has happened: the user is logged in, or nobody has the
    /// credentials.
    #[error(transparent)]
    Signal(#[from] SendError),
}

impl<B: AuthnBackend> fmt::Debug for Error<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(error) => error.fmt(f),
            Self::Signal(error) => error.fmt(f),
        }
    }
}
