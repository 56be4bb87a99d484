//! Logging in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use signals_builtin::account::{
    UserLoggedIn, UserLoginAttempt, user_logged_in, user_login_attempt,
};
use signals_core::Sender;

use super::Posted;
use crate::Error;
use crate::app::App;
use crate::auth::{self, Verified};
use crate::forms::{Errors, LogInForm};
use crate::visitor::Visitor;

/// The log-in page, as the sender of `user_login_attempt`.
pub(crate) struct LogInView;

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Error> {
    if visitor.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let page = page(&app, &visitor, &LogInForm::default(), &Errors::default())?;
    Ok(page.into_response())
}

/// Logs somebody in who knows the password.
pub(crate) async fn submit(
    State(app): State<App>,
    Posted { mut request, form }: Posted<LogInForm>,
) -> Result<Response, Error> {
    let verified = match verify(&app, &request, &form).await? {
        Ok(verified) => verified,
        Err(errors) => return refuse(&app, &request, &form, &errors).await,
    };
    let user = verified.user.clone();
    let session = auth::log_in(&app, &mut request, verified).await?;
    user_logged_in
        .send_robust_async(UserLoggedIn {
            user: &user,
            form: &form,
        })
        .await;
    Ok((session, Redirect::to("/")).into_response())
}

async fn verify(
    app: &App,
    request: &Parts,
    form: &LogInForm,
) -> Result<Result<Verified, Errors>, Error> {
    let login = match form.clean() {
        Ok(login) => login,
        Err(errors) => return Ok(Err(errors)),
    };
    let found = auth::authenticate(app, Some(request), login.username, login.password).await?;
    // Which of the two is wrong is nobody's business.
    Ok(found.ok_or_else(|| Errors::one(Errors::FORM, "The username or the password is wrong.")))
}

async fn refuse(
    app: &App,
    request: &Parts,
    form: &LogInForm,
    errors: &Errors,
) -> Result<Response, Error> {
    user_login_attempt
        .send_async(UserLoginAttempt {
            sender: Sender::of::<LogInView>(),
            username: form.username.as_deref(),
            result: false,
        })
        .await?;
    let page = page(app, Visitor::of(request), form, errors)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(
    app: &App,
    visitor: &Visitor,
    form: &LogInForm,
    errors: &Errors,
) -> Result<Html<String>, Error> {
    let values = context! {
        username => form.username.as_deref(),
        errors => errors.to_value(),
    };
    app.pages.render("log_in.html", visitor, values)
}
