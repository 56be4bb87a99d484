//! Writes what happens to accounts and articles to the event log.
//!
//! Link the crate, with `installed_apps![accounts_audit]`, say where the rows go, with
//! [`eventlog::provide`](signals_builtin::eventlog::provide), and provide a [`Db`](signals_sea_orm::Db),
//! to look up whose an address is; that is all. The code that sends the signals knows nothing of it.
//!
//! | signal | action | user | extra |
//! |---|---|---|---|
//! | `account::user_sign_up_attempt` | `SIGNUP_ATTEMPTED` | – | username, email, result |
//! | `account::user_signed_up` | `USER_SIGNED_UP` | yes | – |
//! | `account::user_login_attempt` | `LOGIN_ATTEMPTED` | – | username, result |
//! | `account::user_logged_in` | `USER_LOGGED_IN` | yes | – |
//! | `account::password_changed` | `PASSWORD_CHANGED` | yes | – |
//! | `account::password_expired` | `PASSWORD_EXPIRED` | yes | – |
//! | `account::email_confirmation_sent` | `EMAIL_CONFIRMATION_SENT` | whose it is | email |
//! | `account::email_confirmed` | `EMAIL_CONFIRMED` | whose it is | email |
//! | `account::signup_code_sent` | `SIGNUP_CODE_SENT` | who invited | email |
//! | `account::signup_code_used` | `SIGNUP_CODE_USED` | who was invited | inviter |
//! | `registration::user_activated` | `USER_ACTIVATED` | yes | – |
//!
//! And what happens to articles, see [`articles`].
//!
//! A row is written in the transaction in which its signal is sent, if it is sent in one: it is there with
//! the account, or not at all.
//!
//! No link and no code is in the log: whoever reads it cannot use them. The first five are the same
//! actions as in the example of
//! [django-user-accounts](https://django-user-accounts.readthedocs.io/en/latest/signals.html) with
//! pinax-eventlog.

pub mod articles;
mod flows;

use accounts_models::{User, user};
use serde_json::json;
use signals_builtin::account::{
    password_changed, user_logged_in, user_login_attempt, user_sign_up_attempt, user_signed_up,
};
use signals_builtin::eventlog::{LogError, log};
use signals_core::receiver;

/// How many characters are kept of what somebody typed.
const KEPT: usize = 10_000;

/// What somebody typed, unchecked, so that neither its length nor what cannot be stored keeps it from
/// being logged.
fn typed(text: Option<&str>) -> Option<String> {
    text.map(|text| {
        text.chars()
            .filter(|c| !c.is_control())
            .take(KEPT)
            .collect()
    })
}

#[receiver(user_sign_up_attempt)]
async fn sign_up_attempted(
    username: Option<&str>,
    email: Option<&str>,
    result: bool,
) -> Result<(), LogError> {
    let extra = json!({ "username": typed(username), "email": typed(email), "result": result });
    log(None, "SIGNUP_ATTEMPTED", extra).await?;
    Ok(())
}

#[receiver(user_signed_up, sender = User)]
async fn signed_up(user: &user::Model) -> Result<(), LogError> {
    log(Some(user), "USER_SIGNED_UP", json!({})).await?;
    Ok(())
}

#[receiver(user_login_attempt)]
async fn login_attempted(username: Option<&str>, result: bool) -> Result<(), LogError> {
    let extra = json!({ "username": typed(username), "result": result });
    log(None, "LOGIN_ATTEMPTED", extra).await?;
    Ok(())
}

#[receiver(user_logged_in, sender = User)]
async fn logged_in(user: &user::Model) -> Result<(), LogError> {
    log(Some(user), "USER_LOGGED_IN", json!({})).await?;
    Ok(())
}

#[receiver(password_changed, sender = User)]
async fn changed_password(user: &user::Model) -> Result<(), LogError> {
    log(Some(user), "PASSWORD_CHANGED", json!({})).await?;
    Ok(())
}
