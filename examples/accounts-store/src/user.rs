//! Somebody with an account.

use jiff::Timestamp;
use signals_core::Model;
use unicode_normalization::UnicodeNormalization;

/// Somebody with an account. The sender of the account signals.
///
/// The password hash is not a field: a receiver that gets `user: &User` has no use for it, and
/// what is not there cannot end up in a log.
#[derive(Clone, Debug, PartialEq, Eq, Model)]
#[model(label = "accounts.User")]
pub struct User {
    /// Given by the database, never reused.
    pub id: i64,
    /// As its owner writes it. Compared without regard to case.
    pub username: String,
    /// Where mail would go.
    pub email: String,
    /// When the account was made.
    pub date_joined: Timestamp,
    /// When its owner last logged in, as far as anybody has written that down.
    pub last_login: Option<Timestamp>,
}

impl User {
    /// A username in the one form in which it is stored, however its letters were typed: NFKC, as
    /// Django's method of the same name.
    pub fn normalize_username(username: &str) -> String {
        username.nfkc().collect()
    }

    /// What two usernames are compared by: `Ada` and `ada` are one.
    pub(crate) fn username_key(username: &str) -> String {
        Self::normalize_username(username).to_lowercase()
    }
}
