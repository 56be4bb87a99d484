//! Stub.
#[derive(Clone, Debug)] pub struct Mailer;
#[derive(Debug, thiserror::Error)] #[error("mail")] pub struct MailError;
pub struct Mail { pub to: String, pub subject: String, pub text: String }
pub struct ReceivedMail { pub to: String, pub subject: String, pub text: String }
#[must_use] #[derive(Clone, Copy, PartialEq, Eq, Debug)] pub enum Sent { Taken, Nowhere }
impl Mailer {
    pub fn folder(_: impl AsRef<std::path::Path>) -> Self { Self }
    pub fn smtp(_: &str) -> Result<Self, MailError> { Ok(Self) }
    pub fn none() -> Self { Self }
    pub fn from(self, _: &str) -> Result<Self, MailError> { Ok(self) }
    pub fn is_none(&self) -> bool { false }
    pub async fn send(&self, _: Mail) -> Result<Sent, MailError> { Ok(Sent::Taken) }
    pub async fn mails_to(&self, _: &str) -> Result<Vec<ReceivedMail>, MailError> { Ok(vec![]) }
}
