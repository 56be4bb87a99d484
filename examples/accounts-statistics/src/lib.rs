//! Counts what happens on each day, in UTC: the rows of
//! [`statistic`](mod@accounts_models::statistic).
//!
//! Link the crate, with `installed_apps![accounts_statistics]`, and provide a [`Db`].
//!
//! | signal | counted as |
//! |---|---|
//! | `post_save` of a new user, on commit | Sign-ups |
//! | `account::user_logged_in` | Log-ins |
//! | `auth::user_login_failed` | Failed log-ins |
//! | `post_save` of a new article, on commit | Articles |
//!
//! A sign-up is no log-in, although auth's `user_logged_in` is sent for both.

use accounts_models::{Article, User, now, statistic};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{DbErr, EntityTrait, Set};
use signals_builtin::account::user_logged_in;
use signals_builtin::auth::user_login_failed;
use signals_builtin::models::post_save;
use signals_core::receiver;
use signals_sea_orm::Db;

#[receiver(post_save, sender = User, when = |created: bool| created, on_commit)]
async fn signed_up(#[state] db: &Db) -> Result<(), DbErr> {
    count(db, "Sign-ups").await
}

#[receiver(user_logged_in, sender = User)]
async fn logged_in(#[state] db: &Db) -> Result<(), DbErr> {
    count(db, "Log-ins").await
}

#[receiver(user_login_failed)]
async fn login_failed(#[state] db: &Db) -> Result<(), DbErr> {
    count(db, "Failed log-ins").await
}

#[receiver(post_save, sender = Article, when = |created: bool| created, on_commit)]
async fn article_written(#[state] db: &Db) -> Result<(), DbErr> {
    count(db, "Articles").await
}

/// One statement, so that nobody's count is lost.
async fn count(db: &Db, name: &str) -> Result<(), DbErr> {
    let first = statistic::ActiveModel {
        day: Set(now().date().to_string()),
        name: Set(name.to_owned()),
        count: Set(1),
    };
    let one_more = Expr::col((statistic::Entity, statistic::Column::Count)).add(1);
    let add = OnConflict::columns([statistic::Column::Day, statistic::Column::Name])
        .value(statistic::Column::Count, one_more)
        .to_owned();
    let insert = statistic::Entity::insert(first).on_conflict(add);
    insert.exec_without_returning(db).await?;
    Ok(())
}
