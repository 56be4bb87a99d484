//! Logging in and out: `django.contrib.auth.signals`.
//!
//! Declared here, sent by whatever logs people in. The moments are part of the contract:
//!
//! | signal | sent |
//! |---|---|
//! | [`user_logged_in`] | last, when the session is there and the request is the user's |
//! | [`user_logged_out`] | first, while the session is still there; also when nobody was logged in |
//! | [`user_login_failed`] | when credentials were tried and nobody has them |
//!
//! A failure of the machinery, such as a database that is away, is none of the three.
//!
//! # If a receiver fails
//!
//! | signal | is sent | and so |
//! |---|---|---|
//! | [`user_logged_in`] | plainly | the user is logged in; the receivers after it are not called; its error goes to whoever logs the user in |
//! | [`user_logged_out`] | robustly | the user is logged out; every receiver is called; the error is logged |
//! | [`user_login_failed`] | plainly | nobody is logged in; the receivers after it are not called; its error is returned in place of "nobody" |
//!
//! The first and the last are Django's, and so is what follows from the first: an error of
//! `user_logged_in` is no veto, for the session is stored. Whoever gets it decides. To let the user in,
//! log it and go on; to keep the user out, end the session before the error is shown. Where no receiver
//! is to disturb anybody's log-in, an application that sends the signal itself uses `send_robust`.
//!
//! The second is not Django's, where a receiver that fails keeps the user logged in.

use http::request::Parts;
use signals_core::{Model, signal};

pub use crate::credentials::{Cleanser, Credentials};
pub use crate::secret::Secret;

signal! {
    /// A user has logged in.
    ///
    /// Sent by whatever logs people in, once for each time, also for somebody who was logged in
    /// already, as the last step: the session is stored, and the request is that of the new user. Not
    /// sent when a session is taken up again with a later request.
    ///
    /// The sender is the type of the user.
    ///
    /// - `request` is the head of the request that did it.
    /// - `user` is who has logged in.
    ///
    /// Sent plainly; an error of a receiver [is no veto](crate::auth#if-a-receiver-fails).
    ///
    /// As Django's [`user_logged_in`](https://docs.djangoproject.com/en/stable/ref/contrib/auth/#django.contrib.auth.signals.user_logged_in).
    pub user_logged_in<U: Model>(sender: U, request: &Parts, user: &U);

    /// Somebody is about to be logged out.
    ///
    /// Sent by whatever logs people out, as the first step, while the session is still there; asking
    /// to be logged out is enough. A session that expires sends nothing.
    ///
    /// The sender is the type of the user, and nobody where there is none: a receiver with
    /// `sender = User` hears of users only.
    ///
    /// - `request` is the head of the request that asks for it.
    /// - `user` is none when nobody was logged in.
    ///
    /// Sent with `send_robust`: a receiver that fails [keeps nobody logged in](crate::auth#if-a-receiver-fails).
    ///
    /// As Django's [`user_logged_out`](https://docs.djangoproject.com/en/stable/ref/contrib/auth/#django.contrib.auth.signals.user_logged_out).
    pub user_logged_out<U: Model>(sender: U, request: &Parts, user: Option<&U>);

    /// Nobody has these credentials.
    ///
    /// Sent by whatever tries credentials, once for each time that it was in vain, before the caller
    /// hears of it. Not sent when they could not be tried, neither for a form that was not filled in nor
    /// for a database that is away.
    ///
    /// The sender is the type of the backend that tried them.
    ///
    /// - `credentials` are what was tried, with the secrets among them replaced.
    /// - `request` is the head of the request, if the one who tries them has one. Its headers may hold
    ///   what is hidden in `credentials`.
    ///
    /// As Django's [`user_login_failed`](https://docs.djangoproject.com/en/stable/ref/contrib/auth/#django.contrib.auth.signals.user_login_failed).
    pub user_login_failed(sender, credentials: &Credentials, request: Option<&Parts>);
}
