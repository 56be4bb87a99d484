//! A stored password.

use std::fmt;

use sea_orm::DeriveValueType;

/// A password hash as it is stored, in the PHC string format. Never shown by `Debug`, for whoever
/// hears of a user gets it.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes what the hasher made of a password.
    pub fn new(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    /// The PHC string, for the hasher to verify a password with.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(********************)")
    }
}
