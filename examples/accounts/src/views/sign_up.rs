//! Signing up.

use accounts_models::{begin, email_address, is_taken, user};
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::{ActiveModelTrait, NotSet, Set};
use serde::Deserialize;
use signals_builtin::account::{
    SignupCodeUsed, UserSignUpAttempt, UserSignedUp, signup_code_used, user_sign_up_attempt,
    user_signed_up,
};
use signals_builtin::registration::{UserRegistered, user_registered};
use signals_core::Sender;
use tower_sessions::Session;

use super::confirm;
use crate::app::App;
use crate::auth::{self, AuthSession};
use crate::confirmations::{self, Mailed};
use crate::forms::{Errors, SignUpForm};
use crate::{Error, chain, invitations};

/// The link of an invitation.
#[derive(Deserialize)]
pub(crate) struct Invited {
    code: Option<String>,
}

/// Who has signed up.
struct NewUser {
    user: user::Model,
    address: email_address::Model,
}

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn show(
    State(app): State<App>,
    session: AuthSession,
    Query(Invited { code }): Query<Invited>,
) -> Result<Response, Error> {
    if session.user.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let form = SignUpForm {
        code,
        ..SignUpForm::default()
    };
    let page = page(&app, None, &form, &Errors::default())?;
    Ok(page.into_response())
}

/// Makes the account and logs its owner in, who has to activate it first if the service wants that.
pub(crate) async fn submit(
    State(app): State<App>,
    mut session: AuthSession,
    cookie: Session,
    request: Parts,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Error> {
    let NewUser { mut user, address } = match create(&app, &form).await? {
        Ok(new) => new,
        Err(errors) => return refuse(&app, &session, &form, &errors).await,
    };
    let mailed = confirmations::mail(&app, &address).await;
    if app.config.activation {
        if mailed == Mailed::Out {
            registered(&app, &mut user, &request).await;
        }
        confirm::await_mail(&cookie, &address, mailed).await?;
        return Ok(Redirect::to("/confirm").into_response());
    }
    auth::log_in(&mut session, &user).await?;
    registered(&app, &mut user, &request).await;
    if mailed == Mailed::Failed {
        confirm::tell(&app, &user, &address, mailed).await;
    }
    Ok(Redirect::to("/").into_response())
}

/// Says that somebody has registered, unless that has been said. What has been done before stays done, so
/// an error is logged.
pub(super) async fn registered(app: &App, user: &mut user::Model, request: &Parts) {
    match user::claim_registration(&app.db, user).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            log::error!("a registration was not told: {}", chain(&error));
            return;
        }
    }
    user_registered
        .send_robust_async(UserRegistered { user, request })
        .await;
}

/// Stores the account and says so, in one transaction: what receivers write with its
/// [`Handle`](signals_sea_orm::Handle), as the event log does, is there with the account or not at all.
async fn create(app: &App, form: &SignUpForm) -> Result<Result<NewUser, Errors>, Error> {
    let account = match form.clean(app.config.invitation_only) {
        Ok(account) => account,
        Err(errors) => return Ok(Err(errors)),
    };
    let password = app.passwords.hash(account.password).await?;
    let is_active = !app.config.activation;
    let user = user::ActiveModel::new(&account.username, account.email, password, is_active);
    let txn = begin(&app.db).await?;
    let invitation = match &account.code {
        None => None,
        Some(code) => {
            let invitation = invitations::claim(&txn, code).await?;
            if invitation.is_none() {
                txn.rollback().await?;
                let useless = "This code does not work any more, or never has.";
                return Ok(Err(Errors::one("code", useless)));
            }
            invitation
        }
    };
    let user = match user.insert(&txn).await {
        Ok(user) => user,
        Err(error) if is_taken(&error) => {
            txn.rollback().await?;
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
    let address = address.insert(&txn).await?;
    let invitation = match invitation {
        Some(invitation) => Some(invitations::redeem(&txn, invitation, &user).await?),
        None => None,
    };
    txn.scope(async {
        if let Some(signup_code_result) = &invitation {
            signup_code_used
                .send_robust_async(SignupCodeUsed { signup_code_result })
                .await;
        }
        user_signed_up
            .send_robust_async(UserSignedUp { user: &user, form })
            .await;
    })
    .await;
    txn.commit().await?;
    Ok(Ok(NewUser { user, address }))
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
        code => form.code.as_deref(),
        invitation_only => app.config.invitation_only,
        errors => errors.to_value(),
    };
    app.pages.render("sign_up.html", visitor, values)
}
