//! Accounts: `account.signals` of django-user-accounts.
//!
//! Signing up, logging in through the application's own page, confirming an e-mail address, changing
//! a password. Sent by the application, whose flows these are; the example `accounts` has them. The names
//! and arguments are those of
//! [django-user-accounts](https://django-user-accounts.readthedocs.io/en/latest/signals.html). A `form` is
//! whatever the application's form is, as a [`Form`]: values by the names of their fields, without secrets.
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
    /// Sent by the sign-up view, once for each account, when everything about the user is stored, before the
    /// mail that asks to confirm the address and before the user is logged in. Where that is stored in a
    /// transaction, send it in there: what a receiver writes in it is there with the user or not at all. A
    /// receiver that writes uses that transaction, as by the handle of an adapter, or asks for `on_commit`:
    /// another connection does not see the user yet, and on SQLite waits for the lock.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is as it is stored.
    /// - `form` is the [sign-up form](Form) as it was filled in and found valid, without its passwords.
    ///
    /// As [`user_signed_up`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts, whose sender is
    /// the class of the form.
    pub user_signed_up<U: Model>(sender: U, user: &U, form: &dyn Form);

    /// Somebody filled in the sign-up form, and it was refused.
    ///
    /// Sent by the sign-up view, once for each form that is refused, before it is shown again.
    ///
    /// The sender is the type of the form.
    ///
    /// - `username` and `email` are what was typed, unchecked and of any length; none where the form that was
    ///   sent has no such field.
    /// - `result` is false.
    ///
    /// As [`user_sign_up_attempt`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts.
    pub user_sign_up_attempt(sender, username: Option<&str>, email: Option<&str>, result: bool);

    /// A user has logged in through the log-in page.
    ///
    /// Sent by the log-in view, once for each time, after
    /// [`auth::user_logged_in`](crate::auth::user_logged_in). Not sent when somebody is logged in by signing up
    /// or by confirming an address.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is who has logged in.
    /// - `form` is the [log-in form](Form) as it was filled in and found valid, without its password.
    ///
    /// As [`user_logged_in`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts, whose sender is
    /// the class of the view.
    pub user_logged_in<U: Model>(sender: U, user: &U, form: &dyn Form);

    /// Somebody filled in the log-in form, and it was refused.
    ///
    /// Sent by the log-in view, once for each form that is refused, before it is shown again, and after
    /// [`auth::user_login_failed`](crate::auth::user_login_failed), if it came to trying the credentials.
    ///
    /// The sender is the type of the view.
    ///
    /// - `username` is what was typed, unchecked and of any length; none where the form that was sent has no
    ///   such field.
    /// - `result` is false.
    ///
    /// As [`user_login_attempt`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts.
    pub user_login_attempt(sender, username: Option<&str>, result: bool);

    /// An invitation was mailed.
    ///
    /// Sent by whoever mails it, once for each mail, when the mail is out and the code says so in the database.
    ///
    /// The sender is the type of the code.
    ///
    /// - `signup_code` is the code as it is stored. Whoever has it can sign up: it belongs in no log.
    ///
    /// As [`signup_code_sent`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts.
    pub signup_code_sent<C: Model>(sender: C, signup_code: &C);

    /// Somebody has used an invitation.
    ///
    /// Sent by the sign-up view, once for each use, when it is stored, before [`user_signed_up`], and in the same
    /// transaction where there is one.
    ///
    /// The sender is the type of the use.
    ///
    /// - `signup_code_result` is the use as it is stored: of which code, by whom.
    ///
    /// As [`signup_code_used`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts.
    pub signup_code_used<R: Model>(sender: R, signup_code_result: &R);

    /// An e-mail address was confirmed.
    ///
    /// Sent by the view that a link in a mail leads to, once for each address, when it is stored, in the
    /// transaction where there is one, before the user is told or logged in. Not sent for a link that is too
    /// old, nor for an address that was confirmed before.
    ///
    /// The sender is the type of the address.
    ///
    /// - `email_address` is the address as it is stored.
    ///
    /// As [`email_confirmed`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts, whose sender is
    /// the class of the confirmation.
    pub email_confirmed<A: Model>(sender: A, email_address: &A);

    /// A mail that asks to confirm an address was sent.
    ///
    /// Sent by whoever mails it, once for each mail, when the mail is out and the confirmation says so in the
    /// database.
    ///
    /// The sender is the type of the confirmation.
    ///
    /// - `confirmation` is what the link in the mail stands for, as it is stored.
    ///
    /// As [`email_confirmation_sent`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts.
    pub email_confirmation_sent<C: Model>(sender: C, confirmation: &C);

    /// A user has a new password.
    ///
    /// Sent by the view that changes or resets it, once for each time, when it is stored and the user's session
    /// goes on under it, before anybody is told.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is as it is stored, with the new password.
    ///
    /// As [`password_changed`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts, whose
    /// sender is an instance of the view.
    pub password_changed<U: Model>(sender: U, user: &U);

    /// A user came with a password that has expired.
    ///
    /// Sent by the middleware that looks after it, with each request for as long as that is so, before the user
    /// is sent to change it. Not sent for the pages that change it or log out.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is who makes the request.
    ///
    /// As [`password_expired`](https://django-user-accounts.readthedocs.io/en/latest/signals.html) of django-user-accounts, whose
    /// sender is an instance of the middleware.
    pub password_expired<U: Model>(sender: U, user: &U);
}
