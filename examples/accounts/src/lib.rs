//! A small web service with user accounts and articles, whose views only send signals.
//!
//! Somebody signs up, confirms an address, logs in, writes an article, changes the password, logs
//! out. What else happens then, a row in the event log, a time of last log-in, a mail, an entry in the
//! search index, is the business of crates that these views have never heard of: nothing here names
//! one of them. `main.rs` links them, and that is all.
//!
//! Most signals are sent by libraries: those of requests by signals-axum, of log-ins by
//! signals-axum-login, of rows by signals-sea-orm, of pages by signals-templates. The views send those
//! of account flows, which no library knows.
//!
//! # The way of a request
//!
//! [`router`](mod@router) → [`guard`] (is it ours) → signals-axum (it began; it will be finished) →
//! [`auth`] (who is it) → [`password_expiry`] (may they go on) → a view → a form in [`forms`] (is it
//! filled in) → a page of [`pages`], or an [`Error`].
//!
//! # When a receiver fails
//!
//! A signal that is sent *before* anything has changed, because an attempt was refused, is sent with
//! `send_async`: the error of a receiver becomes the answer, as in Django. Whoever counts wrong
//! passwords, or has to write each of them down, can rely on it: an attempt that could not be
//! recorded is not answered.
//!
//! A signal that is sent when something *has happened*, or will in any case, is sent with
//! `send_robust_async`: each receiver is called, and a failure goes to the program's log. The user is
//! signed up, logged in or logged out; an error page would be untrue, and a greeting that could not
//! be written must not keep anybody out, or in. A sign-up and a confirmation are told of before their
//! transaction is committed, so that what receivers write in it is there with them or not at all.
//! Libraries decide for their own signals: a receiver of
//! `auth::user_logged_in` that fails keeps the later ones from being called, and the user is let in
//! ([`auth::log_in`]); one of `post_save` that fails takes the row back, where there is a transaction.

mod app;
pub mod articles;
pub mod auth;
mod config;
pub mod confirmations;
mod error;
pub mod events;
pub mod forms;
pub mod guard;
pub mod invitations;
pub mod pages;
pub mod password_expiry;
pub mod passwords;
pub mod replay;
pub mod router;
mod secret;
pub mod signals_page;
mod views;

pub use app::App;
pub use config::Config;
pub use error::{Error, chain};
pub use router::router;
pub use secret::Secret;
