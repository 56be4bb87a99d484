//! Accounts: `account.signals` of django-user-accounts.
//!
//! Signing up, logging in through the application's own page, confirming an e-mail address, changing
//! a password. Sent by the application, whose flows these are. The names and arguments are those of
//! [django-user-accounts](https://django-user-accounts.readthedocs.io/en/latest/signals.html).
//!
//! Two things are not as their names suggest. The *attempt* signals are sent when an attempt has
//! failed, and only then, so that `result` is always false. And [`user_logged_in`] is about the
//! log-in page: signing up logs people in, which sends
//! [`auth::user_logged_in`](crate::auth::user_logged_in) but not the one here.
//!
//! One thing differs from Python: where django-user-accounts sends by an instance, of a view or a
//! middleware, which nobody can filter by, the sender is the type of the argument.

use signals_core::{Model, signal};

pub use crate::form::Form;

signal! {
    /// Somebody has signed up.
    ///
    /// Sent when everything about the user is stored, and before the user is logged in.
    pub user_signed_up<U: Model>(sender: U, user: &U, form: &dyn Form);

    /// Somebody filled in the sign-up form, and it was refused.
    ///
    /// Sent before the form is shown again. `username` and `email` are what was typed, unchecked;
    /// none where the form that was sent has no such field. `result` is false.
    ///
    /// The sender is the type of the form.
    pub user_sign_up_attempt(sender, username: Option<&str>, email: Option<&str>, result: bool);

    /// A user has logged in through the log-in page.
    ///
    /// Sent after [`auth::user_logged_in`](crate::auth::user_logged_in), and not when somebody is
    /// logged in by signing up or by confirming an address.
    pub user_logged_in<U: Model>(sender: U, user: &U, form: &dyn Form);

    /// Somebody filled in the log-in form, and it was refused.
    ///
    /// Sent before the form is shown again, and after
    /// [`auth::user_login_failed`](crate::auth::user_login_failed), if it came to trying the
    /// credentials. `username` is what was typed, unchecked; none where the form that was sent has no
    /// such field. `result` is false.
    ///
    /// The sender is the type of the view.
    pub user_login_attempt(sender, username: Option<&str>, result: bool);

    /// An invitation was mailed.
    ///
    /// Sent when the mail is out and the code says so.
    pub signup_code_sent<C: Model>(sender: C, signup_code: &C);

    /// Somebody has used an invitation.
    ///
    /// Sent when the use is stored.
    pub signup_code_used<R: Model>(sender: R, signup_code_result: &R);

    /// An e-mail address was confirmed.
    ///
    /// Sent when that is stored, before the user is logged in. Not sent for a confirmation that has
    /// expired, nor for an address that was confirmed before.
    pub email_confirmed<A: Model>(sender: A, email_address: &A);

    /// A mail that asks to confirm an address was sent.
    ///
    /// Sent when the mail is out and the confirmation says so.
    pub email_confirmation_sent<C: Model>(sender: C, confirmation: &C);

    /// A user has a new password.
    ///
    /// Sent when it is stored and the user's session goes on under it, before anybody is told.
    pub password_changed<U: Model>(sender: U, user: &U);

    /// A user came with a password that has expired.
    ///
    /// Sent with each request for as long as that is so, before the user is sent to change it.
    pub password_expired<U: Model>(sender: U, user: &U);
}
