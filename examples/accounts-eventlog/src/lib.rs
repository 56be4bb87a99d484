//! The event log of the accounts example: a row for each account signal.
//!
//! Link the crate, with `use accounts_eventlog as _;`, and provide a [`Store`]; that is all. The code
//! that sends the signals knows nothing of it.
//!
//! | signal | action | user | extra |
//! |---|---|---|---|
//! | `account::user_sign_up_attempt` | `SIGNUP_ATTEMPTED` | – | username, email, result |
//! | `account::user_signed_up` | `USER_SIGNED_UP` | yes | – |
//! | `account::user_login_attempt` | `LOGIN_ATTEMPTED` | – | username, result |
//! | `account::user_logged_in` | `USER_LOGGED_IN` | yes | – |
//! | `account::password_changed` | `PASSWORD_CHANGED` | yes | – |
//!
//! The same actions as in the example of
//! [django-user-accounts](https://django-user-accounts.readthedocs.io/en/latest/signals.html) with
//! pinax-eventlog.

use accounts_store::{Store, StoreError, User, json};
use signals_builtin::account::{
    password_changed, user_logged_in, user_login_attempt, user_sign_up_attempt, user_signed_up,
};
use signals_core::receiver;

#[receiver(user_sign_up_attempt)]
async fn sign_up_attempted(
    username: Option<&str>,
    email: Option<&str>,
    result: bool,
    #[state] store: &Store,
) -> Result<(), StoreError> {
    let extra = json!({ "username": username, "email": email, "result": result });
    store.log(None, "SIGNUP_ATTEMPTED", &extra).await
}

#[receiver(user_signed_up, sender = User)]
async fn signed_up(user: &User, #[state] store: &Store) -> Result<(), StoreError> {
    store.log(Some(user), "USER_SIGNED_UP", &json!({})).await
}

#[receiver(user_login_attempt)]
async fn login_attempted(
    username: Option<&str>,
    result: bool,
    #[state] store: &Store,
) -> Result<(), StoreError> {
    let extra = json!({ "username": username, "result": result });
    store.log(None, "LOGIN_ATTEMPTED", &extra).await
}

#[receiver(user_logged_in, sender = User)]
async fn logged_in(user: &User, #[state] store: &Store) -> Result<(), StoreError> {
    store.log(Some(user), "USER_LOGGED_IN", &json!({})).await
}

#[receiver(password_changed, sender = User)]
async fn changed_password(user: &User, #[state] store: &Store) -> Result<(), StoreError> {
    store.log(Some(user), "PASSWORD_CHANGED", &json!({})).await
}
