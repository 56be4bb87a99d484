//! A service that is killed around a commit: what is in the database then is in the event log, and what is
//! not, is not.
//!
//! Each test starts this program once more, for [`somebody_signs_up_and_activates`] alone, and that ends in
//! the middle.

use std::path::Path;
use std::process::Command;

use accounts::{App, Config, events};
use accounts_mailer::Mailer;
use accounts_models::{EmailAddress, User, file, open, user};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use signals_builtin::account::user_signed_up;
use signals_builtin::eventlog;
use signals_builtin::models::post_save;
use signals_builtin::registration::user_activated;
use signals_core::{receiver, state};
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::EventLog;
use tokio::runtime::Runtime;
use tower::ServiceExt;

// Whose rows this is about.
use accounts_audit as _;
use accounts_mail as _;

/// Where the program is to be killed.
const KILLED: &str = "KILLED";
const FOLDER: &str = "FOLDER";

fn kill_at(moment: &str) {
    if std::env::var(KILLED).is_ok_and(|wanted| wanted == moment) {
        std::process::abort();
    }
}

// The last of its receivers, before the commit.
#[receiver(user_signed_up, priority = -1000)]
fn signed_up() {
    kill_at("signed up");
}

// The first thing that happens after the commit.
#[receiver(post_save, sender = User, when = |created: bool| created, on_commit, priority = 1000)]
fn stored() {
    kill_at("sign-up stored");
}

#[receiver(user_activated, priority = -1000)]
fn activated() {
    kill_at("activated");
}

#[receiver(post_save, sender = EmailAddress, when = |created: bool| !created, on_commit, priority = 1000)]
fn address_stored() {
    kill_at("activation stored");
}

async fn post(router: &Router, path: &str, form: &str) -> StatusCode {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    router.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test]
#[ignore = "a part of the other tests, which start it in a process of its own"]
async fn somebody_signs_up_and_activates() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let db = open(&file(&folder.join("accounts.sqlite"))).await.unwrap();
    let mailer = Mailer::folder(folder.join("mails"));
    state::provide::<Db>(db.clone()).unwrap();
    state::provide(mailer.clone()).unwrap();
    eventlog::provide(EventLog::new(db.clone())).unwrap();
    let config = Config {
        activation: true,
        ..Config::default()
    };
    let router = accounts::router(App::new(db, mailer.clone(), config).unwrap());
    let form = "username=ada&email=ada%40example.org&password=s3cret&password_confirm=s3cret";
    assert_eq!(post(&router, "/signup", form).await, StatusCode::SEE_OTHER);
    let mails = mailer.mails_to("ada@example.org").await.unwrap();
    let mut words = mails[0].text.split_whitespace();
    let link = words.find_map(|word| word.strip_prefix("http://127.0.0.1:8000"));
    let status = post(&router, link.unwrap(), "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

/// What is left when the program was killed at this moment: the user, and the actions of the log.
fn left_when_killed(moment: &str) -> (Option<user::Model>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "somebody_signs_up_and_activates", "--ignored"])
        .env(KILLED, moment)
        .env(FOLDER, folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), None, "killed: {output:?}");
    let db = file(&folder.path().join("accounts.sqlite"));
    Runtime::new().unwrap().block_on(async {
        let db = open(&db).await.unwrap();
        let user = user::by_name(&db, "ada").await.unwrap();
        let log = events::after(&db, 0, 100).await.unwrap();
        (user, log.into_iter().map(|event| event.action).collect())
    })
}

#[test]
fn a_sign_up_that_is_stored_is_in_the_log() {
    let (user, log) = left_when_killed("sign-up stored");
    assert!(user.is_some());
    assert_eq!(log, ["USER_SIGNED_UP"]);
}

#[test]
fn a_sign_up_that_is_not_stored_is_not_in_the_log() {
    let (user, log) = left_when_killed("signed up");
    assert!(user.is_none());
    assert!(log.is_empty(), "{log:?}");
}

#[test]
fn an_activation_that_is_stored_is_in_the_log() {
    let (user, log) = left_when_killed("activation stored");
    assert!(user.unwrap().is_active);
    assert_eq!(log[2..], ["EMAIL_CONFIRMED", "USER_ACTIVATED"], "{log:?}");
}

#[test]
fn an_activation_that_is_not_stored_is_not_in_the_log() {
    let (user, log) = left_when_killed("activated");
    assert!(!user.unwrap().is_active);
    assert_eq!(log, ["USER_SIGNED_UP", "EMAIL_CONFIRMATION_SENT"]);
}
