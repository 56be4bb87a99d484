//! The views: one page each.
//!
//! A view reads a form, works with the database, and says with signals what happened. Who listens,
//! and whether anybody does, it does not know.

pub(crate) mod confirm;
pub(crate) mod events;
pub(crate) mod home;
pub(crate) mod invitations;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod password;
pub(crate) mod sign_up;

use accounts_models::{Timestamp, user};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use time::macros::format_description;

use crate::auth::AuthSession;

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
