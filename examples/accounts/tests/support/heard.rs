//! What the signals of the account flows said, in the order in which they were sent, and what was in the
//! database by then.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::sync::{Mutex, PoisonError};

use accounts_models::{
    EmailAddress, EmailConfirmation, SignupCode, SignupCodeResult, User, email_address,
    email_confirmation, signup_code, signup_code_result, user,
};
use axum::http::request::Parts;
use sea_orm::EntityTrait;
use signals_builtin::account::{
    email_confirmation_sent, email_confirmed, password_expired, signup_code_sent, signup_code_used,
    user_sign_up_attempt, user_signed_up,
};
use signals_builtin::auth::user_logged_in;
use signals_builtin::registration::{user_activated, user_registered};
use signals_core::{BoxError, receiver};
use signals_sea_orm::Db;

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What was heard since the last time that somebody asked.
pub(crate) fn heard() -> Vec<String> {
    std::mem::take(&mut HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}

fn hear(what: String) {
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    heard.push(what);
}

#[receiver(user_sign_up_attempt)]
fn attempted(username: Option<&str>) {
    hear(format!("attempt {}", username.unwrap_or("-")));
}

#[receiver(user_signed_up, sender = User, on_commit)]
async fn signed_up(user: &user::Model, #[state] db: &Db) -> Result<(), BoxError> {
    let stored = stored(db, user.id).await?;
    hear(format!("signed_up {}", stored.username));
    Ok(())
}

#[receiver(user_logged_in, sender = User)]
fn logged_in(user: &user::Model) {
    hear(format!("logged_in {}", user.username));
}

#[receiver(user_registered, sender = User, on_commit)]
fn registered(user: &user::Model, request: &Parts) {
    let state = if user.is_active { "active" } else { "inactive" };
    let (method, path) = (&request.method, request.uri.path());
    hear(format!(
        "registered {} {state} {method} {path}",
        user.username
    ));
}

#[receiver(user_activated, sender = User, on_commit)]
async fn activated(user: &user::Model, request: &Parts, #[state] db: &Db) -> Result<(), BoxError> {
    let state = if stored(db, user.id).await?.is_active {
        "active"
    } else {
        "inactive"
    };
    let page = request.uri.path().split('/').nth(1).unwrap_or_default();
    hear(format!(
        "activated {} {state} {} {page}",
        user.username, request.method
    ));
    Ok(())
}

#[receiver(email_confirmation_sent, sender = EmailConfirmation)]
async fn confirmation_sent(
    confirmation: &email_confirmation::Model,
    #[state] db: &Db,
) -> Result<(), BoxError> {
    let stored = EmailConfirmation::find_by_id(confirmation.id)
        .one(db)
        .await?;
    let is_stored = stored.is_some_and(|row| row.sent_at.is_some());
    let address = EmailAddress::find_by_id(confirmation.email_address_id);
    let email = address.one(db).await?.ok_or("no address")?.email;
    hear(format!("confirmation_sent {email} sent_at={is_stored}"));
    Ok(())
}

#[receiver(email_confirmed, sender = EmailAddress, on_commit)]
async fn confirmed(email_address: &email_address::Model, #[state] db: &Db) -> Result<(), BoxError> {
    let address = EmailAddress::find_by_id(email_address.id);
    let verified = address.one(db).await?.ok_or("no address")?.verified;
    let active = stored(db, email_address.user_id).await?.is_active;
    let email = &email_address.email;
    hear(format!(
        "confirmed {email} verified={verified} active={active}"
    ));
    Ok(())
}

#[receiver(signup_code_sent, sender = SignupCode)]
async fn code_sent(signup_code: &signup_code::Model, #[state] db: &Db) -> Result<(), BoxError> {
    let code = SignupCode::find_by_id(signup_code.id).one(db).await?;
    let is_stored = code.is_some_and(|code| code.sent_at.is_some());
    hear(format!(
        "code_sent {} sent_at={is_stored}",
        signup_code.email
    ));
    Ok(())
}

#[receiver(signup_code_used, sender = SignupCodeResult, on_commit)]
async fn code_used(
    signup_code_result: &signup_code_result::Model,
    #[state] db: &Db,
) -> Result<(), BoxError> {
    let code = SignupCode::find_by_id(signup_code_result.signup_code_id);
    let count = code.one(db).await?.ok_or("no code")?.use_count;
    let name = stored(db, signup_code_result.user_id).await?.username;
    hear(format!("code_used {name} use_count={count}"));
    Ok(())
}

#[receiver(password_expired, sender = User)]
fn expired(user: &user::Model) {
    hear(format!("expired {}", user.username));
}

/// The user as other connections see it: not in a transaction that is still open.
async fn stored(db: &Db, id: i64) -> Result<user::Model, BoxError> {
    let user = User::find_by_id(id).one(db).await?;
    Ok(user.ok_or("the user is not stored")?)
}
