//! The views: one page each.
//!
//! A view reads a form, works with the store, and says with signals what happened. Who listens, and
//! whether anybody does, it does not know.

pub(crate) mod events;
pub(crate) mod home;
pub(crate) mod log_in;
pub(crate) mod log_out;
pub(crate) mod password;
pub(crate) mod sign_up;

use accounts_store::{Timestamp, User};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::Redirect;
use serde::de::DeserializeOwned;

use crate::visitor::Visitor;

/// A form and the request that it came with, which the auth signals carry.
pub(crate) struct Posted<F> {
    pub(crate) request: Parts,
    pub(crate) form: F,
}

impl<S: Send + Sync, F: DeserializeOwned> FromRequest<S> for Posted<F> {
    type Rejection = FormRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, FormRejection> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts.clone(), body);
        let Form(form) = Form::from_request(request, state).await?;
        Ok(Self {
            request: parts,
            form,
        })
    }
}

/// Somebody who is logged in; everybody else is sent to the log-in page.
pub(crate) struct LoggedIn {
    pub(crate) visitor: Visitor,
    pub(crate) user: User,
}

impl<S: Send + Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Redirect;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Redirect> {
        let visitor = Visitor::of(request).clone();
        match visitor.user.clone() {
            Some(user) => Ok(Self { visitor, user }),
            None => Err(Redirect::to("/login")),
        }
    }
}

/// Anybody.
impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(request).clone())
    }
}

/// A time as a page shows it: to the second, in the form that `<time datetime>` takes.
pub(crate) fn shown(timestamp: Timestamp) -> String {
    format!("{timestamp:.0}")
}
