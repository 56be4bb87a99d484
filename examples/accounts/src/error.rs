//! What makes a request fail that was nobody's mistake.

use accounts_mailer::MailError;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use sea_orm::DbErr;
use signals_axum::HandlerError;
use signals_core::SendError;

use crate::auth::Backend;
use crate::passwords::PasswordError;

/// Why a request could not be answered.
///
/// As an answer it is a page that says so and nothing more. What it was, the receivers of
/// [`got_request_exception`](signals_builtin::request::got_request_exception) hear, or else the
/// program's log has it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),

    /// A password could be neither hashed nor verified.
    #[error(transparent)]
    Password(#[from] PasswordError),

    /// A mail could not be sent.
    #[error(transparent)]
    Mail(#[from] MailError),

    /// A receiver failed whose word counts: the attempt it was told of is not answered.
    #[error(transparent)]
    Receiver(#[from] SendError),

    /// Somebody could be neither logged in nor out.
    #[error(transparent)]
    Session(#[from] Box<signals_axum_login::Error<Backend>>),

    /// A template is wrong.
    #[error("a page could not be made")]
    Page(#[from] minijinja::Error),

    /// There are no random bytes for a link or a code.
    #[error("no random bytes")]
    Random(#[source] std::io::Error),

    /// The service is set up to do what it cannot do.
    #[error(
        "an account is activated by a mail, and there is no mailer; set one up (--mails, --smtp), \
         or leave out --activation"
    )]
    NoMailer,
}

impl Error {
    /// There are no random bytes.
    pub(crate) fn random(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Random(std::io::Error::other(error))
    }
}

impl From<tower_sessions::session::Error> for Error {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::Session(Box::new(axum_login::Error::Session(error).into()))
    }
}

impl From<signals_axum_login::Error<Backend>> for Error {
    fn from(error: signals_axum_login::Error<Backend>) -> Self {
        Self::Session(Box::new(error))
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        // No template: it may be the template that is wrong.
        let page = Html(include_str!("../templates/error.html"));
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            HandlerError::from(self),
            page,
        )
            .into_response()
    }
}

/// An error and all of its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&error| error.source());
    causes.fold(error.to_string(), |chain, cause| {
        let cause = cause.to_string();
        // SeaORM's errors repeat their causes.
        if chain.ends_with(&cause) {
            chain
        } else {
            format!("{chain}: {cause}")
        }
    })
}
