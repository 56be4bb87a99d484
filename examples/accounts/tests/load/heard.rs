//! The receivers of this test.

use std::sync::{Arc, Mutex, PoisonError};

use accounts_models::{
    Article, ArticleTag, EmailAddress, EmailConfirmation, User, article, email_address,
    email_confirmation, user,
};
use axum::http::StatusCode;
use axum::http::request::Parts;
use signals_builtin::auth::Credentials;
use signals_builtin::models::{M2mAction, m2m_changed, post_delete, post_save};
use signals_builtin::registration::user_registered;
use signals_builtin::request::{End, got_request_exception, request_finished, request_started};
use signals_builtin::{account, auth};
use signals_core::{AnyModel, receiver};

use crate::clients::NUMBER;
use crate::tally::Tally;

/// What the receivers heard.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Tally>>);

impl Heard {
    fn note(&self, what: &'static str, whom: &(impl ToString + ?Sized)) {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.note(what, whom);
    }

    pub(crate) fn tally(&self) -> Tally {
        let tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.clone()
    }
}

fn number(request: &Parts) -> &str {
    let number = request.headers.get(NUMBER);
    number.map_or("none", |number| number.to_str().unwrap())
}

#[receiver(request_started)]
fn started(request: &Parts, #[state] heard: &Heard) {
    heard.note("request_started", number(request));
}

#[receiver(request_finished)]
fn finished(request: &Parts, status: Option<StatusCode>, end: End, #[state] heard: &Heard) {
    let number = number(request);
    heard.note("request_finished", number);
    if let Some(status) = status {
        heard.note("finished with", &format!("{number} {}", status.as_u16()));
    }
    if end == End::Cancelled {
        heard.note("cancelled", number);
    }
}

#[receiver(got_request_exception)]
fn failed(request: &Parts, #[state] heard: &Heard) {
    heard.note("got_request_exception", number(request));
}

#[receiver(post_save, sender = User)]
fn user_saved(instance: &user::Model, created: bool, #[state] heard: &Heard) {
    let what = if created {
        "user created"
    } else {
        "user changed"
    };
    heard.note(what, &instance.id);
}

#[receiver(post_save, sender = User, on_commit)]
fn user_committed(instance: &user::Model, created: bool, #[state] heard: &Heard) {
    if created {
        heard.note("user committed", &instance.id);
    }
}

#[receiver(post_save, sender = EmailAddress, when = |created: bool| created)]
fn address_saved(instance: &email_address::Model, #[state] heard: &Heard) {
    heard.note("address created", &instance.user_id);
}

#[receiver(account::user_signed_up, sender = User)]
fn signed_up(user: &user::Model, #[state] heard: &Heard) {
    heard.note("user_signed_up", &user.id);
}

#[receiver(user_registered, sender = User)]
async fn registered(user: &user::Model, #[state] heard: &Heard) {
    heard.note("user_registered", &user.id);
}

#[receiver(account::email_confirmation_sent, sender = EmailConfirmation)]
fn confirmation_sent(confirmation: &email_confirmation::Model, #[state] heard: &Heard) {
    heard.note("email_confirmation_sent", &confirmation.email_address_id);
}

#[receiver(account::user_sign_up_attempt)]
fn sign_up_refused(username: Option<&str>, #[state] heard: &Heard) {
    heard.note("user_sign_up_attempt", username.unwrap_or_default());
}

#[receiver(auth::user_logged_in, sender = User)]
fn in_session(user: &user::Model, #[state] heard: &Heard) {
    heard.note("auth user_logged_in", &user.id);
}

#[receiver(account::user_logged_in, sender = User)]
async fn logged_in(user: &user::Model, #[state] heard: &Heard) {
    heard.note("account user_logged_in", &user.id);
}

#[receiver(auth::user_login_failed)]
fn log_in_failed(credentials: &Credentials, #[state] heard: &Heard) {
    let username = credentials.get("username");
    heard.note("user_login_failed", username.unwrap_or_default());
}

#[receiver(account::user_login_attempt)]
async fn log_in_refused(username: Option<&str>, #[state] heard: &Heard) {
    heard.note("user_login_attempt", username.unwrap_or_default());
}

#[receiver(account::password_changed, sender = User)]
async fn password_changed(user: &user::Model, #[state] heard: &Heard) {
    heard.note("password_changed", &user.id);
}

#[receiver(post_save, sender = Article)]
async fn article_saved(instance: &article::Model, created: bool, #[state] heard: &Heard) {
    let what = if created {
        "article created"
    } else {
        "article changed"
    };
    heard.note(what, &instance.title);
}

#[receiver(post_save, sender = Article, when = |created: bool| created, on_commit)]
async fn article_committed(instance: &article::Model, #[state] heard: &Heard) {
    heard.note("article committed", &instance.title);
}

#[receiver(post_delete, sender = Article)]
fn article_deleted(instance: &article::Model, #[state] heard: &Heard) {
    heard.note("article deleted", &instance.title);
}

#[receiver(m2m_changed, sender = ArticleTag, when = |action: M2mAction| action.is_post())]
fn article_tagged(instance: &dyn AnyModel, #[state] heard: &Heard) {
    let article = instance.downcast_ref::<article::Model>().unwrap();
    heard.note("article tagged", &article.title);
}
