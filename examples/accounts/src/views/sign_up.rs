//! Signing up.

use accounts_store::StoreError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use signals_builtin::account::{
    UserSignUpAttempt, UserSignedUp, user_sign_up_attempt, user_signed_up,
};
use signals_core::Sender;

use super::Posted;
use crate::Error;
use crate::app::App;
use crate::auth::{self, Verified};
use crate::forms::{Errors, SignUpForm};
use crate::visitor::Visitor;

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Error> {
    if visitor.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let page = page(&app, &visitor, &SignUpForm::default(), &Errors::default())?;
    Ok(page.into_response())
}

/// Makes the account and logs its owner in.
pub(crate) async fn submit(
    State(app): State<App>,
    Posted { mut request, form }: Posted<SignUpForm>,
) -> Result<Response, Error> {
    let verified = match create(&app, &form).await? {
        Ok(verified) => verified,
        Err(errors) => return refuse(&app, &request, &form, &errors).await,
    };
    user_signed_up
        .send_robust_async(UserSignedUp {
            user: &verified.user,
            form: &form,
        })
        .await;
    let session = auth::log_in(&app, &mut request, verified).await?;
    Ok((session, Redirect::to("/")).into_response())
}

async fn create(app: &App, form: &SignUpForm) -> Result<Result<Verified, Errors>, Error> {
    let account = match form.clean() {
        Ok(account) => account,
        Err(errors) => return Ok(Err(errors)),
    };
    let password = app.passwords.hash(account.password).await?;
    let created = app
        .store
        .create_user(&account.username, account.email, &password)
        .await;
    match created {
        Ok(user) => Ok(Ok(Verified { user, password })),
        Err(taken @ StoreError::UsernameTaken) => {
            Ok(Err(Errors::one("username", taken.to_string())))
        }
        Err(error) => Err(error.into()),
    }
}

async fn refuse(
    app: &App,
    request: &Parts,
    form: &SignUpForm,
    errors: &Errors,
) -> Result<Response, Error> {
    user_sign_up_attempt
        .send_async(UserSignUpAttempt {
            sender: Sender::of::<SignUpForm>(),
            username: form.username.as_deref(),
            email: form.email.as_deref(),
            result: false,
        })
        .await?;
    let page = page(app, Visitor::of(request), form, errors)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(
    app: &App,
    visitor: &Visitor,
    form: &SignUpForm,
    errors: &Errors,
) -> Result<Html<String>, Error> {
    let values = context! {
        username => form.username.as_deref(),
        email => form.email.as_deref(),
        errors => errors.to_value(),
    };
    app.pages.render("sign_up.html", visitor, values)
}
