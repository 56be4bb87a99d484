//! A stored password.

use std::convert::Infallible;
use std::fmt;

use sea_orm::DeriveValueType;
use sha2::{Digest, Sha256};

/// A password hash as it is stored, in the PHC string format. Never shown by `Debug`, for whoever
/// hears of a user gets it.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
#[sea_orm(
    value_type = "String",
    column_type = "Text",
    from_str = "PasswordHash::read",
    to_str = "PasswordHash::write"
)]
pub struct PasswordHash(Hash);

#[derive(Clone, PartialEq, Eq)]
struct Hash {
    phc: String,
    digest: [u8; 32],
}

impl PasswordHash {
    /// Takes what the hasher made of a password.
    pub fn new(phc: impl Into<String>) -> Self {
        let phc = phc.into();
        let digest = Sha256::digest(&phc).into();
        Self(Hash { phc, digest })
    }

    /// The PHC string, for the hasher to verify a password with.
    pub fn as_str(&self) -> &str {
        &self.0.phc
    }

    /// What a session remembers of the password that it began with: whoever reads the sessions has no
    /// hash to guess at.
    pub(crate) fn digest(&self) -> &[u8] {
        &self.0.digest
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape that the derive wants")]
    fn read(phc: &str) -> Result<Self, Infallible> {
        Ok(Self::new(phc))
    }

    fn write(&self) -> String {
        self.0.phc.clone()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(********************)")
    }
}
