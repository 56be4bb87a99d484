//! What the views send, when, and to whom it matters: receivers that write down what they hear.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/in_process.rs"]
mod in_process;

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use accounts::Error;
use accounts::auth::{Backend, Login};
use accounts::forms::{LogInForm, SignUpForm};
use accounts::passwords::Passwords;
use accounts_models::{User, session, user};
use axum::http::request::Parts;
use in_process::InProcess;
use sea_orm::{EntityTrait, PaginatorTrait};
use signals_builtin::account::{self, Form};
use signals_builtin::auth::{self, Credentials};
use signals_builtin::registration::user_registered;
use signals_core::{AnyModel, Sender, receiver};
use signals_sea_orm::Db;
use tokio::sync::Notify;

const PASSWORD: &str = "correct horse battery staple";

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Whether `auth_logged_out` waits, whether it has begun to, and what it waits for.
static SLOW: AtomicBool = AtomicBool::new(false);
static BEGUN: AtomicBool = AtomicBool::new(false);
static GO_ON: Notify = Notify::const_new();

fn heard(what: impl Into<String>) {
    HEARD.lock().unwrap().push(what.into());
}

/// What was heard since it was asked last.
fn said() -> Vec<String> {
    std::mem::take(&mut HEARD.lock().unwrap())
}

fn backend(db: Db) -> Backend {
    let passwords = Passwords::default();
    Backend { db, passwords }
}

fn login() -> Login {
    let (username, password) = ("nobody".to_owned(), "bad".into());
    Login { username, password }
}

fn service() -> (&'static InProcess, MutexGuard<'static, ()>) {
    let (service, turn) = in_process::service();
    said();
    (service, turn)
}

type AuthSession = axum_login::AuthSession<Backend>;

/// Whether the session of a request is in the database.
async fn has_session(request: &Parts) -> bool {
    let session: &tower_sessions::Session = request.extensions.get().unwrap();
    session.load().await.unwrap();
    !session.is_empty().await
}

#[receiver(auth::user_logged_in, sender = User)]
async fn auth_logged_in(request: &Parts, user: &user::Model) {
    let session: &AuthSession = request.extensions.get().unwrap();
    assert_eq!(session.user.as_ref().map(|user| user.id), Some(user.id));
    assert!(has_session(request).await, "sent as the last step");
    heard(format!("auth.user_logged_in {}", user.username));
}

#[receiver(auth::user_logged_out)]
async fn auth_logged_out(request: &Parts, user: Option<&dyn AnyModel>) {
    let user = user.map(|user| user.downcast_ref::<user::Model>().unwrap());
    assert_eq!(
        has_session(request).await,
        user.is_some(),
        "sent as the first step"
    );
    if SLOW.load(Ordering::SeqCst) {
        BEGUN.store(true, Ordering::SeqCst);
        GO_ON.notified().await;
    }
    let name = user.map_or("nobody", |user| &user.username);
    heard(format!("auth.user_logged_out {name}"));
}

#[receiver(user_registered, sender = User)]
fn registered(user: &user::Model, request: &Parts) {
    heard(format!(
        "registration.user_registered {} {}",
        user.username,
        request.uri.path()
    ));
}

#[receiver(auth::user_login_failed)]
fn auth_login_failed(sender: Sender, credentials: &Credentials, request: Option<&Parts>) {
    let path = request.map_or("no request", |request| request.uri.path());
    heard(format!(
        "auth.user_login_failed {sender} {credentials:?} {path}"
    ));
}

#[receiver(account::user_signed_up, sender = User)]
fn account_signed_up(user: &user::Model, form: &dyn Form) {
    assert!(form.downcast_ref::<SignUpForm>().is_some());
    assert_eq!(form.value("username"), Some(&*user.username));
    assert_eq!(form.value("password"), None);
    heard(format!("account.user_signed_up {}", user.username));
}

#[receiver(account::user_sign_up_attempt)]
fn account_sign_up_attempt(
    sender: Sender,
    username: Option<&str>,
    email: Option<&str>,
    result: bool,
) {
    assert!(sender.is::<SignUpForm>());
    heard(format!(
        "account.user_sign_up_attempt {username:?} {email:?} {result}"
    ));
}

#[receiver(account::user_logged_in, sender = User)]
fn account_logged_in(user: &user::Model, form: &dyn Form) {
    assert!(form.downcast_ref::<LogInForm>().is_some());
    heard(format!("account.user_logged_in {}", user.username));
}

#[receiver(account::user_login_attempt)]
fn account_login_attempt(username: Option<&str>, result: bool) {
    heard(format!("account.user_login_attempt {username:?} {result}"));
}

#[receiver(account::password_changed, sender = User)]
async fn account_password_changed(user: &user::Model, #[state] db: &Db) {
    let stored = user::by_name(db, &user.username).await.unwrap().unwrap();
    let passwords = Passwords::default();
    let stored = passwords
        .verify(&"a new one".into(), &stored.password)
        .await
        .unwrap();
    heard(format!(
        "account.password_changed {} stored={stored}",
        user.username
    ));
}

#[test]
fn au01_cc01_a_wrong_password_is_told_once_without_the_password() {
    let (service, _turn) = service();
    service.browser().sign_up("au01", PASSWORD);
    said();

    let browser = service.browser();
    browser.log_in("au01", "bad-s3cret");
    let credentials = r#"{"username": "au01", "password": "********************"}"#;
    assert_eq!(
        said(),
        [
            format!("auth.user_login_failed accounts.Backend {credentials} /login"),
            "account.user_login_attempt Some(\"au01\") false".to_owned(),
        ]
    );

    browser.log_in("au01", PASSWORD);
    assert_eq!(
        said(),
        ["auth.user_logged_in au01", "account.user_logged_in au01"]
    );
}

#[test]
fn au02_logging_out_nobody_is_told_too() {
    let (service, _turn) = service();
    let browser = service.browser();
    browser.log_out();
    assert_eq!(said(), ["auth.user_logged_out nobody"]);

    browser.get("/");
    assert!(said().is_empty());
}

#[test]
fn au03_au13_logging_out_tells_who() {
    let (service, _turn) = service();
    let browser = service.browser();
    browser.sign_up("au03", PASSWORD);
    said();

    browser.log_out();
    browser.log_out();
    assert_eq!(
        said(),
        ["auth.user_logged_out au03", "auth.user_logged_out nobody"]
    );
}

#[test]
fn au05_cc01_without_a_request_there_is_none() {
    let (service, _turn) = service();
    let backend = backend(service.db.clone());

    let found = service.block_on(signals_axum_login::authenticate(&backend, login()));

    assert!(found.unwrap().is_none());
    let credentials = r#"{"username": "nobody", "password": "********************"}"#;
    let expected = format!("auth.user_login_failed accounts.Backend {credentials} no request");
    assert_eq!(said(), [expected]);
}

#[test]
fn au16_a_failed_log_in_and_then_a_log_out() {
    let (service, _turn) = service();
    let browser = service.browser();
    browser.log_in("nobody", "bad");
    said();

    browser.log_out();
    assert_eq!(said(), ["auth.user_logged_out nobody"]);
}

#[test]
fn au17_signing_up_tells_of_the_user_first_and_then_of_the_log_in() {
    let (service, _turn) = service();
    service.browser().sign_up("au17", PASSWORD);

    assert_eq!(
        said(),
        [
            "account.user_signed_up au17",
            "auth.user_logged_in au17",
            "registration.user_registered au17 /signup"
        ]
    );
}

#[test]
fn au18_a_form_that_was_not_filled_in_is_an_attempt_but_nobody_was_asked() {
    let (service, _turn) = service();
    let browser = service.browser();
    browser.post("/login", [("username", "au18"), ("password", "")]);
    assert_eq!(said(), ["account.user_login_attempt Some(\"au18\") false"]);

    browser.post("/signup", [("username", " au 18 ")]);
    assert_eq!(
        said(),
        ["account.user_sign_up_attempt Some(\" au 18 \") None false"]
    );
}

#[test]
fn au19_a_store_that_fails_is_no_failed_log_in() {
    let (service, _turn) = service();
    let folder = tempfile::tempdir().unwrap();
    let error = service.block_on(async {
        let url = accounts_models::file(&folder.path().join("closed.sqlite"));
        let db = accounts_models::open(&url).await.unwrap();
        db.connection().clone().close().await.unwrap();
        signals_axum_login::authenticate(&backend(db), login())
            .await
            .unwrap_err()
    });

    let signals_axum_login::Error::Auth(axum_login::Error::Backend(error)) = error else {
        panic!("{error:?}");
    };
    assert!(matches!(error, Error::Database(_)), "{error:?}");
    assert!(said().is_empty());
}

#[test]
fn a_new_password_is_told_when_it_is_stored() {
    let (service, _turn) = service();
    let browser = service.browser();
    browser.sign_up("eve", PASSWORD);
    said();

    browser.change_password("wrong", "a new one");
    assert!(
        said().is_empty(),
        "a wrong old password is no failed log-in"
    );

    browser.change_password(PASSWORD, "a new one");
    assert_eq!(said(), ["account.password_changed eve stored=true"]);
}

#[test]
fn a_browser_that_goes_away_leaves_nothing_half_done() {
    let (service, _turn) = service();
    let cookie = service.browser().sign_up("gone", PASSWORD).cookie.unwrap();
    let (cookie, _) = cookie.split_once(';').unwrap();
    let sessions = || {
        let all = session::Entity::find().count(&service.db);
        service.block_on(all).unwrap()
    };
    let before = sessions();
    let is_there = || sessions() == before;
    assert!(is_there());

    SLOW.store(true, Ordering::SeqCst);
    let mut connection = TcpStream::connect(&service.address).unwrap();
    let head = format!("POST /logout HTTP/1.1\r\nhost: here\r\ncookie: {cookie}\r\n");
    write!(connection, "{head}content-length: 0\r\n\r\n").unwrap();
    until(|| BEGUN.load(Ordering::SeqCst));
    drop(connection);
    std::thread::sleep(Duration::from_millis(100));
    assert!(is_there(), "the receiver is still at it");
    GO_ON.notify_one();

    until(|| !is_there());
    SLOW.store(false, Ordering::SeqCst);
    assert_eq!(said().last().unwrap(), "auth.user_logged_out gone");
}

fn until(mut happened: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(10);
    while !happened() {
        assert!(Instant::now() < patience, "it never happens");
        std::thread::sleep(Duration::from_millis(10));
    }
}
