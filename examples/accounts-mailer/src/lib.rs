//! Stub.
#[derive(Clone, Debug)]
pub struct Mailer;
#[derive(Debug, thiserror::Error)]
#[error("mail")]
pub struct MailError;
impl Mailer {
    pub fn folder(_: impl AsRef<std::path::Path>) -> Self {
        Self
    }
    pub fn smtp(_: &str) -> Result<Self, MailError> {
        Ok(Self)
    }
    pub fn none() -> Self {
        Self
    }
    pub fn from(self, _: &str) -> Result<Self, MailError> {
        Ok(self)
    }
}
