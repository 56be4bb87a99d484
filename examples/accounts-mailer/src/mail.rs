//! A mail, on its way out and back.

use std::fmt;
use std::str::FromStr;

use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use mail_parser::MessageParser;

use crate::MailError;

/// A mail to one person, as plain text.
///
/// Its `Debug` does not show the text, in which there may be a link that logs somebody in.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address: `ada@example.org`, or `Ada <ada@example.org>`.
    pub to: String,
    /// The subject, in one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Mail {
    pub(crate) fn message(self, from: &Mailbox) -> Result<Message, MailError> {
        let to = mailbox(&self.to)?;
        if self.subject.contains(char::is_control) {
            return Err(MailError::Subject {
                subject: self.subject,
            });
        }
        Message::builder()
            .from(from.clone())
            .to(to)
            .subject(self.subject)
            .message_id(None)
            .header(ContentType::TEXT_PLAIN)
            .body(self.text)
            .map_err(MailError::Write)
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("to", &self.to)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

pub(crate) fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    Mailbox::from_str(address).map_err(|source| MailError::Address {
        address: address.to_owned(),
        source,
    })
}

/// A mail that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The address, without a name.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, with `\n` at the end of each line.
    pub text: String,
}

impl ReceivedMail {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        Some(Self {
            to: message.to()?.first()?.address()?.to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0)?.replace("\r\n", "\n"),
        })
    }
}
