//! A secret in a link.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

/// 256 random bits that only whoever gets the mail knows. Never shown by `Debug`.
///
/// The database holds a digest of it, so whoever reads the database cannot follow the link.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the operating system has no random bytes.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex(&bytes)))
    }

    /// What came with a link; whether it is a token shows when it is looked up.
    pub fn from_link(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token itself, for the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored. A fast digest is enough: there are 256 bits to guess, not a word from a
    /// dictionary.
    pub fn digest(&self) -> String {
        digest(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(********************)")
    }
}

pub(crate) fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
