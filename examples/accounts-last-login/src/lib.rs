//! Writes down when a user last logged in: `update_last_login` of `django.contrib.auth`.
//!
//! Link the crate, with `use accounts_last_login as _;`, and provide a [`Store`].
//!
//! It hears auth's `user_logged_in`, so that signing up, which logs people in, counts as well. Its
//! `dispatch_uid` is Django's, by which it can be disconnected.

use accounts_store::{Store, StoreError, User};
use signals_builtin::auth::user_logged_in;
use signals_core::receiver;

/// Writes the one column and no other: what else may have changed in `user` is not its business.
#[receiver(user_logged_in, sender = User, dispatch_uid = "update_last_login")]
async fn update_last_login(user: &User, #[state] store: &Store) -> Result<(), StoreError> {
    store.touch_last_login(user).await
}
