//! Logging in.

use accounts_models::user;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use serde::Deserialize;
use signals_builtin::account::{
    UserLoggedIn, UserLoginAttempt, user_logged_in, user_login_attempt,
};
use signals_core::Sender;

use crate::Error;
use crate::app::App;
use crate::auth::{self, AuthSession, Login};
use crate::forms::{Errors, LogInForm};

/// The log-in page, as the sender of `user_login_attempt`.
pub(crate) struct LogInView;

/// Why somebody was sent here.
#[derive(Deserialize)]
pub(crate) struct Told {
    told: Option<String>,
}

impl Told {
    fn text(&self) -> Option<&'static str> {
        match self.told.as_deref()? {
            "activated" => Some("Your account is active. You can log in now."),
            "confirmed" => Some("Your address is confirmed."),
            _ => None,
        }
    }
}

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    Query(told): Query<Told>,
) -> Result<Response, Error> {
    if session.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let (form, errors) = (LogInForm::default(), Errors::default());
    let page = page(&app, None, &form, &errors, told.text())?;
    Ok(page.into_response())
}

/// Logs somebody in who knows the password.
pub(crate) async fn submit(
    State(app): State<App>,
    mut session: AuthSession,
    Form(form): Form<LogInForm>,
) -> Result<Response, Error> {
    let user = match authenticate(&session, &form).await? {
        Ok(user) => user,
        Err(errors) => return refuse(&app, &session, &form, &errors).await,
    };
    auth::log_in(&mut session, &user).await?;
    user_logged_in
        .send_robust_async(UserLoggedIn {
            user: &user,
            form: &form,
        })
        .await;
    Ok(Redirect::to("/").into_response())
}

async fn authenticate(
    session: &AuthSession,
    form: &LogInForm,
) -> Result<Result<user::Model, Errors>, Error> {
    let login = match form.clean() {
        Ok(login) => login,
        Err(errors) => return Ok(Err(errors)),
    };
    let login = Login {
        username: login.username.to_owned(),
        password: login.password.clone(),
    };
    let user = session.authenticate(login).await?;
    // Which of the two is wrong is nobody's business.
    Ok(user.ok_or_else(|| Errors::one(Errors::FORM, "The username or the password is wrong.")))
}

async fn refuse(
    app: &App,
    session: &AuthSession,
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
    let page = page(app, session.user.as_ref(), form, errors, None)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(
    app: &App,
    visitor: Option<&user::Model>,
    form: &LogInForm,
    errors: &Errors,
    told: Option<&str>,
) -> Result<Html<String>, Error> {
    let values = context! {
        told,
        username => form.username.as_deref(),
        errors => errors.to_value(),
    };
    app.pages.render("log_in.html", visitor, values)
}
