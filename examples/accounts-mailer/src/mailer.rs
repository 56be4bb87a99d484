//! Who takes the mails.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::mail::mailbox;
use crate::{Mail, MailError, ReceivedMail, folder};

/// How long a server may think about each step: somebody may be waiting for a page.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends mails. Cheap to clone; clones are the same mailer.
///
/// Its `Debug` shows no server, user or password.
#[derive(Clone)]
pub struct Mailer {
    to: Arc<To>,
    from: Arc<Mailbox>,
}

enum To {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Nowhere,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a mail may have gone nowhere"]
pub enum Sent {
    /// The folder or the server has it.
    Taken,
    /// There is nobody to take it: [`Mailer::none`].
    Nowhere,
}

impl Mailer {
    /// Each mail is a file in this folder, which is made with the first.
    ///
    /// The names sort by time, and no mail replaces another, also where several processes share the
    /// folder. A file `….eml` is a whole mail, and only its owner may read it.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self::new(To::Folder(path.into()))
    }

    /// The server at this URL, which is connected to for each mail:
    ///
    /// | URL | port | TLS |
    /// |---|---|---|
    /// | `smtp://host` | 25 | no |
    /// | `smtp://user:password@host?tls=required` | 587 | from `STARTTLS` on |
    /// | `smtps://user:password@host` | 465 | yes |
    ///
    /// Another port is `host:2525`. What a URL has a meaning for in a password is written as `%40`.
    ///
    /// A server that does not answer for ten seconds is taken for one that is not there.
    ///
    /// # Errors
    ///
    /// [`MailError::Url`] when it is none of these. The server is not asked yet.
    pub fn smtp(url: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        let transport = transport.map_err(MailError::Url)?;
        let transport = transport.timeout(Some(PATIENCE)).build();
        Ok(Self::new(To::Smtp(transport)))
    }

    /// Nobody takes the mails.
    pub fn none() -> Self {
        Self::new(To::Nowhere)
    }

    fn new(to: To) -> Self {
        Self {
            to: Arc::new(to),
            from: Arc::new(Mailbox::new(
                None,
                Address::new_dangerous("webmaster", "localhost"),
            )),
        }
    }

    /// The address that mails are from: `webmaster@localhost`, unless given.
    ///
    /// # Errors
    ///
    /// [`MailError::Address`] when it is none.
    pub fn from(self, address: &str) -> Result<Self, MailError> {
        let from = Arc::new(mailbox(address)?);
        Ok(Self { from, ..self })
    }

    /// Whether nobody takes the mails: [`Mailer::none`].
    pub fn is_none(&self) -> bool {
        matches!(*self.to, To::Nowhere)
    }

    /// Sends a mail.
    ///
    /// Dropped while it is awaited, it may have been sent.
    ///
    /// # Errors
    ///
    /// [`MailError::Address`] and [`MailError::Subject`] for what cannot be in a mail, also where
    /// nobody takes it; [`MailError::Folder`] and [`MailError::Smtp`] when it was not taken.
    pub async fn send(&self, mail: Mail) -> Result<Sent, MailError> {
        let message = mail.message(&self.from)?;
        match &*self.to {
            To::Folder(path) => folder::write(path.clone(), message.formatted()).await?,
            To::Smtp(transport) => {
                transport.send(message).await.map_err(MailError::Smtp)?;
            }
            To::Nowhere => return Ok(Sent::Nowhere),
        }
        Ok(Sent::Taken)
    }

    /// The mails in the folder to this address, the oldest first. None, if there is no folder yet.
    ///
    /// # Errors
    ///
    /// [`MailError::NotAFolder`] when this is no [`Mailer::folder`]; [`MailError::Address`],
    /// [`MailError::Folder`], [`MailError::NotAMail`].
    pub async fn mails_to(&self, address: &str) -> Result<Vec<ReceivedMail>, MailError> {
        let To::Folder(path) = &*self.to else {
            return Err(MailError::NotAFolder);
        };
        let address = mailbox(address)?.email.to_string();
        let mut mails = folder::read(path.clone()).await?;
        mails.retain(|mail| mail.to == address);
        Ok(mails)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to: &dyn fmt::Debug = match &*self.to {
            To::Folder(path) => path,
            To::Smtp(_) => &format_args!("SMTP"),
            To::Nowhere => &format_args!("nowhere"),
        };
        f.debug_struct("Mailer")
            .field("to", to)
            .field("from", &self.from.to_string())
            .finish()
    }
}
