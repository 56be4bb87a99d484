//! What users get.

use std::error::Error;
use std::time::{Duration, Instant};

use accounts_mailer::Mailer;
use accounts_models::{PasswordHash, file, message, open, user};
use sea_orm::ActiveModelTrait;
use signals_builtin::account::{
    Form, PasswordChanged, UserSignedUp, password_changed, user_signed_up,
};
use signals_core::{assert_wired, state};
use signals_sea_orm::Db;
use tempfile::TempDir;
use tokio::net::TcpListener;

use accounts_mail as _;

struct NoForm;

impl Form for NoForm {
    fn fields(&self) -> &[&str] {
        &[]
    }

    fn value(&self, _: &str) -> Option<&str> {
        None
    }
}

/// A database with a user.
async fn ada() -> (TempDir, Db, user::Model) {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&file(&folder.path().join("accounts.sqlite")))
        .await
        .unwrap();
    let hash = PasswordHash::new("$argon2id$");
    let user = user::ActiveModel::new("ada", "ada@example.org", hash, true);
    let user = user.insert(&db).await.unwrap();
    (folder, db, user)
}

async fn change_password(user: &user::Model, mailer: Mailer) -> Result<(), String> {
    let _mailer = state::scoped(mailer);
    let sent = password_changed.send_async(PasswordChanged { user }).await;
    sent.map(drop).map_err(|error| match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    })
}

#[tokio::test]
async fn a_new_user_is_welcome_on_the_next_page() {
    let (_folder, db, user) = ada().await;
    let _db = state::scoped(db.clone());
    assert_wired!(user_signed_up, "accounts_mail::welcome");
    let signed_up = UserSignedUp {
        user: &user,
        form: &NoForm,
    };
    user_signed_up.send_async(signed_up).await.unwrap();
    let told = message::take(&db, user.id).await.unwrap();
    assert_eq!(told, ["Welcome, ada! Your account is ready."]);
}

#[tokio::test]
async fn a_new_password_is_told_by_mail() {
    let (folder, _db, user) = ada().await;
    let mailer = Mailer::folder(folder.path().join("mails"));
    change_password(&user, mailer.clone()).await.unwrap();
    let mails = mailer.mails_to("ada@example.org").await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your password has been changed");
}

#[tokio::test]
async fn where_nobody_takes_mails_nothing_fails() {
    let (_folder, _db, user) = ada().await;
    change_password(&user, Mailer::none()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let (_folder, _db, user) = ada().await;
    // Takes connections, and never greets.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailer = Mailer::smtp(&format!("smtp://{}", silent.local_addr().unwrap())).unwrap();
    let begin = Instant::now();
    let error = change_password(&user, mailer).await.unwrap_err();
    assert!(error.contains("tell_of_new_password"), "{error}");
    assert!(error.contains("not out after 5 seconds"), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(20));
}
