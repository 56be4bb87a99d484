//! Signing up.

use accounts_models::{begin, email_address, user};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{ActiveModelTrait, NotSet, Set, SqlErr};
use signals_builtin::account::{
    UserSignUpAttempt, UserSignedUp, user_sign_up_attempt, user_signed_up,
};
use signals_builtin::registration::{UserRegistered, user_registered};
use signals_core::Sender;

use crate::Error;
use crate::app::App;
use crate::auth::{self, AuthSession};
use crate::forms::{Errors, SignUpForm};

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn show(State(app): State<App>, session: AuthSession) -> Result<Response, Error> {
    if session.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let page = page(&app, None, &SignUpForm::default(), &Errors::default())?;
    Ok(page.into_response())
}

/// Makes the account and logs its owner in.
pub(crate) async fn submit(
    State(app): State<App>,
    mut session: AuthSession,
    request: Parts,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Error> {
    let user = match create(&app, &form).await? {
        Ok(user) => user,
        Err(errors) => return refuse(&app, &session, &form, &errors).await,
    };
    user_signed_up
        .send_robust_async(UserSignedUp {
            user: &user,
            form: &form,
        })
        .await;
    auth::log_in(&mut session, &user).await?;
    user_registered
        .send_robust_async(UserRegistered {
            user: &user,
            request: &request,
        })
        .await;
    Ok(Redirect::to("/").into_response())
}

async fn create(app: &App, form: &SignUpForm) -> Result<Result<user::Model, Errors>, Error> {
    let account = match form.clean() {
        Ok(account) => account,
        Err(errors) => return Ok(Err(errors)),
    };
    let password = app.passwords.hash(account.password).await?;
    let user = user::ActiveModel::new(&account.username, account.email, password, true);
    let txn = begin(&app.db).await?;
    let user = match user.insert(&txn).await {
        Ok(user) => user,
        Err(error) if is_taken(&error) => {
            let taken = "A user with that username already exists.";
            return Ok(Err(Errors::one("username", taken)));
        }
        Err(error) => return Err(error.into()),
    };
    let address = email_address::ActiveModel {
        id: NotSet,
        user_id: Set(user.id),
        email: Set(user.email.clone()),
        verified: Set(false),
    };
    address.insert(&txn).await?;
    txn.commit().await?;
    Ok(Ok(user))
}

fn is_taken(error: &sea_orm::DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

async fn refuse(
    app: &App,
    session: &AuthSession,
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
    let page = page(app, session.user.as_ref(), form, errors)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn page(
    app: &App,
    visitor: Option<&user::Model>,
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
