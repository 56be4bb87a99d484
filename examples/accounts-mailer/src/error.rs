//! What can go wrong with a mail.

use std::io;
use std::path::PathBuf;

/// Why a mail was not sent, or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// This is no address.
    #[error("`{address}` is no mail address")]
    Address {
        /// What was given for one.
        address: String,
        /// Why.
        source: lettre::address::AddressError,
    },

    /// A subject is one line.
    #[error("the subject {subject:?} has a line break or another control character")]
    Subject {
        /// The subject.
        subject: String,
    },

    /// It cannot be written as a mail.
    #[error("the mail cannot be written")]
    Write(#[source] lettre::error::Error),

    /// The URL of the server is none. It is not shown, for it may have a password.
    #[error("the URL of the SMTP server has to be `smtp://host` or `smtps://user:password@host`")]
    Url(#[source] lettre::transport::smtp::Error),

    /// The server is not there, or does not take the mail.
    #[error("the SMTP server did not take the mail")]
    Smtp(#[source] lettre::transport::smtp::Error),

    /// The folder is missing and cannot be made, or a mail in it cannot be written or read.
    #[error("cannot keep mails in {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A file in the folder is no mail.
    #[error("{} is no mail", path.display())]
    NotAMail {
        /// The file.
        path: PathBuf,
    },

    /// Only the mails in a folder are still there.
    #[error("only mails in a folder can be read; make the mailer with `Mailer::folder`")]
    NotAFolder,
}
