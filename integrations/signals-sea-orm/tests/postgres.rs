//! What only PostgreSQL does, if there is one. All else is tested on it with the other databases.
#![allow(missing_docs)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{create_tables, postgres, user};
use sea_orm::sqlx;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, PaginatorTrait, TransactionTrait};
use signals_builtin::db::{AnyConnection, connection_created};
use signals_builtin::models::post_save;
use signals_core::{receiver, state, testing};

/// How many mails were sent.
#[derive(Clone, Default)]
struct Mails(Arc<AtomicU32>);

#[receiver(post_save, sender = user::Entity, on_commit)]
fn mail(#[state] mails: &Mails) {
    mails.0.fetch_add(1, Ordering::Relaxed);
}

#[receiver(connection_created, sender = sqlx::Postgres)]
fn connected(connection: &mut dyn AnyConnection) {
    assert!(connection.downcast_mut::<sqlx::PgConnection>().is_some());
}

#[tokio::test]
async fn cn01_connections_are_told_of() {
    let created = testing::capture_with(&connection_created, |e| e.vendor.to_owned());
    if postgres::database(1).await.is_some() {
        assert_eq!(created.only().snapshot, "postgresql");
    }
}

/// PostgreSQL answers `COMMIT` with a rollback after a statement that failed, and calls it a
/// success.
#[tokio::test]
async fn or_a_commit_that_is_none_is_an_error() {
    let mails = Mails::default();
    let _mails = state::scoped(mails.clone());
    let Some(db) = postgres::database(2).await else {
        return;
    };
    create_tables(&db).await;
    let txn = db.begin().await.unwrap();
    common::user("Ada").insert(&txn).await.unwrap();
    txn.execute_unprepared("SELECT 1 / 0").await.unwrap_err();
    let error = txn.commit().await.unwrap_err();
    assert!(error.to_string().contains("aborted"), "{error}");
    assert_eq!(mails.0.load(Ordering::Relaxed), 0);
    assert_eq!(user::Entity::find().count(&db).await.unwrap(), 0);
    // Undone to a savepoint, it is one.
    let txn = db.begin().await.unwrap();
    common::user("Ada").insert(&txn).await.unwrap();
    let savepoint = txn.begin().await.unwrap();
    let failed = savepoint.execute_unprepared("SELECT 1 / 0").await;
    failed.unwrap_err();
    savepoint.rollback().await.unwrap();
    txn.commit().await.unwrap();
    assert_eq!(mails.0.load(Ordering::Relaxed), 1);
    assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
}
