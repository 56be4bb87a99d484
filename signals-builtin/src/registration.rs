//! Registration: `django_registration.signals`.
//!
//! Declared here, sent by the application, whose flows these are. The names and arguments are those
//! of [django-registration](https://django-registration.readthedocs.io/en/latest/custom-signals.html),
//! but the sender is the type of the user, where it is that of the view in Python.

use http::request::Parts;
use signals_core::{Model, signal};

signal! {
    /// Somebody has registered.
    ///
    /// Sent by the sign-up view, once for each registration, as its last step: where users are active at once,
    /// when the user is stored and logged in; where they have to activate their account, when the inactive user
    /// is stored and the mail is out, which may be a later one that the user asked for. Not sent for a form that
    /// was refused. The user stays registered, whatever receivers answer.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is as it is stored.
    /// - `request` is the head of the request that did it.
    ///
    /// As [`user_registered`](https://django-registration.readthedocs.io/en/latest/custom-signals.html)
    /// of django-registration, whose sender is the class of the view.
    pub user_registered<U: Model>(sender: U, user: &U, request: &Parts);

    /// Somebody has activated an account.
    ///
    /// Sent by the view that activates it, once for each account, when it is stored that the user is active, in
    /// the transaction where there is one, before the response. Not sent for a key that is wrong or too old, nor
    /// for an account that was activated before, nor when the page is only looked at.
    ///
    /// The sender is the type of the user.
    ///
    /// - `user` is as it is stored.
    /// - `request` is the head of the request that did it.
    ///
    /// As [`user_activated`](https://django-registration.readthedocs.io/en/latest/custom-signals.html)
    /// of django-registration, whose sender is the class of the view.
    pub user_activated<U: Model>(sender: U, user: &U, request: &Parts);
}
