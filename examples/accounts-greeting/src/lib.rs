//! Greets new users.
//!
//! Link the crate, with `use accounts_greeting as _;`, and provide a [`Store`]. The greeting is a
//! message that the user finds on the next page. A real service would send a mail; the receiver would
//! look the same.

use accounts_store::{Store, StoreError, User};
use signals_builtin::account::user_signed_up;
use signals_core::receiver;

#[receiver(user_signed_up, sender = User)]
async fn greet(user: &User, #[state] store: &Store) -> Result<(), StoreError> {
    let greeting = format!("Welcome, {}! Your account is ready.", user.username);
    store.leave_message(user, &greeting).await
}
