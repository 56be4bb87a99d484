//! What makes a request fail that was nobody's mistake.

use accounts_store::StoreError;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use signals_core::SendError;

use crate::passwords::PasswordError;

/// Why a request could not be answered.
///
/// As an answer it is a page that says so and nothing more; the program's log has the rest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),

    /// A password could be neither hashed nor verified.
    #[error(transparent)]
    Password(#[from] PasswordError),

    /// A receiver failed whose word counts: the attempt it was told of is not answered.
    #[error(transparent)]
    Receiver(#[from] SendError),

    /// A template is wrong.
    #[error("a page could not be made")]
    Page(#[from] minijinja::Error),

    /// A view panicked.
    #[error("a view did not come to its end")]
    Unfinished(#[from] tokio::task::JoinError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        log::error!("{}", chain(&self));
        // No template: it may be the template that is wrong.
        let page = Html(include_str!("../templates/error.html"));
        (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
    }
}

/// An error and all of its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&error| error.source());
    causes.fold(error.to_string(), |chain, cause| {
        format!("{chain}: {cause}")
    })
}
