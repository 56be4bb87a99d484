//! Transactions, savepoints, and what waits for their end.
#![allow(missing_docs)]

mod common;

use std::sync::{Arc, Mutex};

use common::{audit_row, user, with_tables};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, Set, TransactionError,
    TransactionTrait,
};
use signals_builtin::models::post_save;
use signals_core::{Finding, check, receiver, state, transaction};
use signals_sea_orm::{Db, Handle};

/// What ran, in the test that looks: each has its own.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[receiver(post_save, sender = user::Entity, on_commit)]
async fn mail(instance: &user::Model, #[state] log: &Log, #[state] handle: &Handle) {
    tokio::task::yield_now().await;
    assert!(!handle.is_transaction(), "after the commit, there is none");
    log.add(format!("mail {}", instance.name));
}

#[receiver(post_save, sender = user::Entity, on_rollback)]
async fn regret(instance: &user::Model, #[state] log: &Log) {
    tokio::task::yield_now().await;
    log.add(format!("regret {}", instance.name));
}

#[receiver(post_save, sender = user::Entity, before_commit)]
async fn book(
    instance: &user::Model,
    #[state] log: &Log,
    #[state] handle: &Handle,
) -> Result<(), DbErr> {
    log.add(format!(
        "book {} {}",
        instance.name,
        handle.is_transaction()
    ));
    if instance.name == "Late" {
        return Err(DbErr::Custom("too late".into()));
    }
    Ok(())
}

#[receiver(post_save, sender = user::Entity)]
async fn audit(instance: &user::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    let row = audit_row::ActiveModel {
        what: Set(instance.name.clone()),
        ..Default::default()
    };
    row.insert(handle).await?;
    Ok(())
}

async fn counts(db: &Db) -> (u64, u64) {
    (
        user::Entity::find().count(db).await.unwrap(),
        audit_row::Entity::find().count(db).await.unwrap(),
    )
}

fn with_log() -> (Log, state::ScopedState) {
    let log = Log::default();
    let guard = state::scoped(log.clone());
    (log, guard)
}

#[tokio::test]
async fn on_commit_receivers_wait_for_the_commit() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        common::user("Ada").insert(&txn).await.unwrap();
        common::user("Bob").insert(&txn).await.unwrap();
        assert!(log.all().is_empty());
        txn.commit().await.unwrap();
        assert_eq!(
            log.all(),
            ["book Ada true", "book Bob true", "mail Ada", "mail Bob"]
        );
        assert_eq!(counts(&db).await, (2, 2));
    }
}

#[tokio::test]
async fn without_a_transaction_they_run_at_once() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        common::user("Ada").insert(&db).await.unwrap();
        let mut all = log.all();
        all.sort();
        assert_eq!(all, ["book Ada false", "mail Ada"]);
        assert_eq!(counts(&db).await, (1, 1));
    }
}

#[tokio::test]
async fn a_rollback_takes_rows_and_signals_along() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        common::user("Ada").insert(&txn).await.unwrap();
        txn.rollback().await.unwrap();
        assert_eq!(log.all(), ["regret Ada"]);
        assert_eq!(counts(&db).await, (0, 0));
    }
}

#[tokio::test]
async fn a_drop_is_a_rollback() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        common::user("Ada").insert(&txn).await.unwrap();
        drop(txn);
        assert_eq!(counts(&db).await, (0, 0));
        assert!(!log.all().iter().any(|what| what.starts_with("mail")));
    }
}

#[tokio::test]
async fn savepoints_pass_on_what_waits_or_take_it_along() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let outer = db.begin().await.unwrap();
        common::user("Outer").insert(&outer).await.unwrap();
        let kept = outer.begin().await.unwrap();
        common::user("Kept").insert(&kept).await.unwrap();
        kept.commit().await.unwrap();
        let lost = outer.begin().await.unwrap();
        common::user("Lost").insert(&lost).await.unwrap();
        lost.rollback().await.unwrap();
        assert_eq!(log.all(), ["regret Lost"]);
        outer.commit().await.unwrap();
        assert_eq!(
            log.all(),
            [
                "regret Lost",
                "book Outer true",
                "book Kept true",
                "mail Outer",
                "mail Kept"
            ]
        );
        assert_eq!(counts(&db).await, (2, 2));
    }
}

#[tokio::test]
async fn work_in_transaction_is_in_its_scope() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let done: Result<i32, TransactionError<DbErr>> = db
            .transaction(|txn| {
                Box::pin(async move {
                    assert!(transaction::is_open());
                    let log = state::get::<Log>().unwrap();
                    let late = Log::clone(&log);
                    transaction::on_commit(move || late.add("callback")).unwrap();
                    let handle = state::get::<Handle>().unwrap();
                    assert!(handle.is_transaction());
                    let ada = common::user("Ada").insert(txn).await?;
                    log.add("worked");
                    Ok(ada.id)
                })
            })
            .await;
        assert_eq!(done.unwrap(), 1);
        assert_eq!(
            log.all(),
            ["worked", "book Ada true", "callback", "mail Ada"]
        );
        assert!(!transaction::is_open());
    }
}

#[tokio::test]
async fn work_that_fails_is_rolled_back() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let done = db
            .transaction_async(async |txn| {
                common::user("Ada").insert(txn).await?;
                txn.transaction_async(async |savepoint| {
                    common::user("Bob").insert(savepoint).await?;
                    Ok::<_, DbErr>(())
                })
                .await
                .unwrap();
                Err::<(), _>(DbErr::Custom("no".into()))
            })
            .await;
        assert!(matches!(done, Err(TransactionError::Transaction(_))));
        assert_eq!(log.all(), ["regret Ada", "regret Bob"]);
        assert_eq!(counts(&db).await, (0, 0));
    }
}

#[tokio::test]
async fn before_commit_receivers_can_prevent_it() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        common::user("Late").insert(&txn).await.unwrap();
        let error = txn.commit().await.unwrap_err();
        let stopped = signals_sea_orm::send_error(&error).unwrap();
        assert_eq!(
            stopped.downcast_ref(),
            Some(&DbErr::Custom("too late".into()))
        );
        assert_eq!(log.all(), ["book Late true", "regret Late"]);
        assert_eq!(counts(&db).await, (0, 0));
    }
}

#[tokio::test]
async fn a_handle_that_is_kept_ends_with_the_transaction() {
    for db in with_tables().await {
        let (_log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        let handle = txn.handle().clone();
        common::user("Ada").insert(&handle).await.unwrap();
        txn.commit().await.unwrap();
        let error = common::user("Bob").insert(&handle).await.unwrap_err();
        assert!(error.to_string().contains("over"), "{error}");
        assert!(handle.begin().await.is_err());
        assert!(handle.execute_unprepared("SELECT 1").await.is_err());
        assert_eq!(counts(&db).await, (1, 1));
    }
}

#[tokio::test]
async fn what_is_written_elsewhere_waits_for_no_foreign_commit() {
    for (db, other) in with_tables().await.zip(with_tables().await) {
        let (log, _guard) = with_log();
        let done = db
            .transaction_async(async |_| {
                common::user("Ada").insert(&other).await?;
                Err::<(), _>(DbErr::Custom("no".into()))
            })
            .await;
        assert!(done.is_err());
        assert_eq!(log.all(), ["book Ada false", "mail Ada"]);
        assert_eq!(counts(&other).await, (1, 1));
    }
}

#[receiver(post_save, sender = audit_row::Entity, on_commit)]
fn fails(instance: &audit_row::Model) -> Result<(), DbErr> {
    if instance.what == "Trouble" {
        if let Some(log) = state::get::<Log>() {
            log.add("fails");
        }
        return Err(DbErr::Custom("the mail server is down".into()));
    }
    Ok(())
}

#[tokio::test]
async fn what_fails_after_the_commit_is_told() {
    for db in with_tables().await {
        let (log, _guard) = with_log();
        let txn = db.begin().await.unwrap();
        common::user("Trouble").insert(&txn).await.unwrap();
        let failed = txn.commit_and_tell().await.unwrap();
        assert_eq!(failed.len(), 1);
        assert!(failed[0].to_string().contains("fails"), "{}", failed[0]);
        assert_eq!(counts(&db).await, (1, 1));
        assert_eq!(log.all(), ["book Trouble true", "mail Trouble", "fails"]);
    }
}

/// A `Db` provides it, and nobody else has to.
#[test]
fn the_handle_is_no_missing_state() {
    let missing: Vec<&str> = check()
        .iter()
        .filter_map(|finding| match finding {
            Finding::MissingState { state, .. } => Some(*state),
            _ => None,
        })
        .collect();
    // What nobody provided is, as before.
    assert!(missing.contains(&std::any::type_name::<Log>()));
    assert!(!missing.contains(&std::any::type_name::<Handle>()));
}
