//! How the accounts example sends mails: into a folder, to an SMTP server, or nowhere.
//!
//! Who sends one does not know which: the application decides, once.
//!
//! ```
//! use accounts_mailer::{Mail, Mailer, Sent};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), accounts_mailer::MailError> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path().join("mails");
//! let mailer = Mailer::folder(folder).from("Accounts <accounts@example.org>")?;
//!
//! let mail = Mail {
//!     to: "ada@example.org".to_owned(),
//!     subject: "Welcome".to_owned(),
//!     text: "Hello, Ada!\n".to_owned(),
//! };
//! assert_eq!(mailer.send(mail).await?, Sent::Taken);
//!
//! let mails = mailer.mails_to("ada@example.org").await?;
//! assert_eq!(mails[0].subject, "Welcome");
//! # Ok(())
//! # }
//! ```

mod error;
mod folder;
mod mail;
mod mailer;

pub use error::MailError;
pub use mail::{Mail, ReceivedMail};
pub use mailer::{Mailer, Sent};
