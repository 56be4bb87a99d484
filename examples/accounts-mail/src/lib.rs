//! Welcomes new users, and mails them what they should know.
//!
//! Link the crate, with `installed_apps![accounts_mail]`, and provide a [`Db`] and a [`Mailer`].
//!
//! | signal | what its user gets |
//! |---|---|
//! | `account::user_signed_up` | a message on the next page, if the account is active |
//! | `account::password_changed` | a mail that says so: somebody else may have done it |
//! | `registration::user_activated` | a mail that says that the account is ready |
//!
//! All of it when what happened is stored: after the commit, where the signal is sent in a transaction.
//!
//! A mail that cannot be sent, or takes longer than five seconds, is an error of its receiver and of
//! nobody else. Where nobody takes mails, there is nothing to do.

use std::time::Duration;

use accounts_mailer::{Mail, MailError, Mailer};
use accounts_models::{User, message, user};
use sea_orm::DbErr;
use signals_builtin::account::{password_changed, user_signed_up};
use signals_builtin::registration::user_activated;
use signals_core::receiver;
use signals_sea_orm::Db;

/// How long somebody who waits for a page may wait for a mail.
const PATIENCE: Duration = Duration::from_secs(5);

#[receiver(user_signed_up, sender = User, on_commit)]
async fn welcome(user: &user::Model, #[state] db: &Db) -> Result<(), DbErr> {
    // Who has to activate the account first gets a mail when that is done.
    if !user.is_active {
        return Ok(());
    }
    let text = format!("Welcome, {}! Your account is ready.", user.username);
    message::leave(db, user.id, &text).await
}

#[receiver(password_changed, sender = User, on_commit)]
async fn tell_of_new_password(
    user: &user::Model,
    #[state] mailer: &Mailer,
) -> Result<(), NotMailed> {
    let text = format!(
        "Hello {},\n\n\
         your password has been changed.\n\n\
         If it was not you, somebody knows it: ask for help at once.\n",
        user.username
    );
    mail(mailer, user, "Your password has been changed", text).await
}

#[receiver(user_activated, sender = User, on_commit)]
async fn tell_of_activation(user: &user::Model, #[state] mailer: &Mailer) -> Result<(), NotMailed> {
    let text = format!(
        "Welcome, {}!\n\n\
         Your account is active. You can log in now.\n",
        user.username
    );
    mail(mailer, user, "Your account is active", text).await
}

async fn mail(
    mailer: &Mailer,
    user: &user::Model,
    subject: &str,
    text: String,
) -> Result<(), NotMailed> {
    let mail = Mail {
        to: user.email.clone(),
        subject: subject.to_owned(),
        text,
    };
    let sent = tokio::time::timeout(PATIENCE, mailer.send(mail)).await;
    // Taken or not: who provided the mailer knows where it leads.
    let _ = sent.map_err(|_| NotMailed::Slow)??;
    Ok(())
}

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
enum NotMailed {
    #[error(transparent)]
    Mail(#[from] MailError),

    #[error("the mail was not out after {} seconds", PATIENCE.as_secs())]
    Slow,
}
