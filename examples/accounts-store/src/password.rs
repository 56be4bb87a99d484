//! A stored password.

use std::fmt;

use sha2::{Digest, Sha256};

/// A password hash as it is stored, in the PHC string format. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
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

    /// What a session remembers of the password it was opened with.
    ///
    /// A session whose memory differs from this is over, so a new password ends every session that
    /// was opened with the old one. Django calls it the session auth hash.
    pub(crate) fn session_auth_hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(********************)")
    }
}
