//! The databases that there are, each with tables of its own; for the tests of receivers.

#![allow(dead_code, reason = "each test program uses what it needs")]

use accounts_models::{PasswordHash, Token, article, file, now, open, user};
use sea_orm::{ActiveModelTrait, ConnectionTrait, NotSet, Set};
use signals_sea_orm::Db;

/// Runs the test on each database that there is.
pub(crate) async fn on_each(test: impl AsyncFn(&Db)) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = file(&folder.path().join("accounts.sqlite"));
    let sqlite = open(&sqlite).await.unwrap();
    Box::pin(test(&sqlite)).await;
    if let Some(server) = signals_test_postgres::server() {
        let token = Token::generate().unwrap().digest();
        let name = format!("accounts_{}", &token[..30]);
        let admin = sea_orm::Database::connect(server).await.unwrap();
        let create = format!("CREATE DATABASE \"{name}\"");
        admin.execute_unprepared(&create).await.unwrap();
        let (before, _) = server.rsplit_once('/').unwrap();
        let postgres = open(&format!("{before}/{name}")).await.unwrap();
        Box::pin(test(&postgres)).await;
    }
}

pub(crate) async fn user(db: &Db, name: &str) -> user::Model {
    let hash = PasswordHash::new("$s3cret");
    let user = user::ActiveModel::new(name, "ada@example.org", hash, true);
    user.insert(db).await.unwrap()
}

pub(crate) fn article(author: &user::Model, title: &str, body: &str) -> article::ActiveModel {
    article::ActiveModel {
        id: NotSet,
        author_id: Set(author.id),
        title: Set(title.to_owned()),
        body: Set(body.to_owned()),
        created_at: Set(now()),
        updated_at: Set(now()),
    }
}
