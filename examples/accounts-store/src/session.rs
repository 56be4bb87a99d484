//! The secret that a browser holds while somebody is logged in.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

/// 256 random bits that name a session. Never shown by `Debug`.
///
/// The database holds only a digest of it, so whoever reads the database cannot take over a
/// session.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        let mut token = String::with_capacity(64);
        for byte in bytes {
            // Writing to a `String` does not fail.
            let _ = write!(token, "{byte:02x}");
        }
        Ok(Self(token))
    }

    /// What a browser sent as its token; whether it is one shows when it is looked up.
    pub fn from_cookie(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The token itself, to be sent to the browser and to nobody else.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A fast digest is enough: there are 256 bits to guess, not a word from a dictionary.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(********************)")
    }
}
