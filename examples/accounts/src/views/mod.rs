//! The views: one page each.
//!
//! A view reads a form, works with the database, and says with signals what happened. Who listens,
//! and whether anybody does, it does not know.

pub(crate) mod articles;
pub(crate) mod confirm;
pub(crate) mod events;
pub(crate) mod home;
pub(crate) mod invitations;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod password;
pub(crate) mod sign_up;
pub(crate) mod statistics;

use accounts_models::{Timestamp, message, user};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use time::Date;
use time::macros::format_description;

use crate::app::App;
use crate::auth::AuthSession;
use crate::{Error, chain};

/// Somebody who is logged in, with the session; everybody else is sent to the log-in page.
pub(crate) struct LoggedIn {
    pub(crate) session: AuthSession,
    pub(crate) user: user::Model,
}

impl<S: Send + Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = AuthSession::from_request_parts(request, state).await;
        let session = session.map_err(IntoResponse::into_response)?;
        match session.user.clone() {
            Some(user) => Ok(Self { session, user }),
            None => Err(Redirect::to("/login").into_response()),
        }
    }
}

/// A time as a page shows it: to the second, in the form that `<time datetime>` takes.
pub(crate) fn shown(timestamp: Timestamp) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    timestamp.to_utc().format(form).unwrap_or_default()
}

/// A time as a reader wants it: `21 November 2026`.
pub(crate) fn day(timestamp: Timestamp) -> String {
    of_day(timestamp.to_utc().date())
}

/// A day as a reader wants it: `21 November 2026`.
pub(crate) fn of_day(day: Date) -> String {
    let form = format_description!("[day padding:none] [month repr:long] [year]");
    day.format(form).unwrap_or_default()
}

/// What there is of a query, with the question mark, for the end of an address; may be empty.
pub(crate) fn query(parts: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    for (name, value) in parts {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query == "?" { String::new() } else { query }
}

/// Why something is not shown, or not done.
#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    /// It is not there.
    Missing,
    /// It is somebody else's.
    NotYours,
}

impl Refusal {
    /// The page that says so.
    pub(crate) fn page(self, app: &App, visitor: Option<&user::Model>) -> Result<Response, Error> {
        let (status, title, text) = match self {
            Self::Missing => (
                StatusCode::NOT_FOUND,
                "Not found",
                "There is nothing at this address. It may have been deleted.",
            ),
            Self::NotYours => (
                StatusCode::FORBIDDEN,
                "Not yours",
                "Only who wrote it can change or delete it.",
            ),
        };
        let page = app
            .pages
            .render("refused.html", visitor, context! { title, text })?;
        Ok((status, page).into_response())
    }
}

/// Leaves a message. That it cannot be left is no reason to say that something failed which has been
/// done, so it is logged.
pub(crate) async fn leave_message(app: &App, user: i64, text: &str) {
    if let Err(error) = message::leave(&app.db, user, text).await {
        log::error!("a message was not left: {}", chain(&error));
    }
}
