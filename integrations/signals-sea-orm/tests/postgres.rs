//! The same on PostgreSQL, if there is one.
#![allow(missing_docs)]

mod common;

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use common::{audit_row, create_tables, postgres, user};
use sea_orm::sqlx;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, Set, TransactionTrait,
};
use signals_builtin::db::{AnyConnection, connection_created};
use signals_builtin::models::{post_delete, post_save, pre_save};
use signals_core::{Scope, receiver, testing};
use signals_sea_orm::{Db, DeleteEach, Handle};

#[derive(Default)]
struct Heard {
    inline: AtomicU64,
    on_commit: AtomicU64,
}

#[receiver(post_save, sender = user::Entity)]
async fn audit(
    instance: &user::Model,
    #[state] heard: &Arc<Heard>,
    #[state] handle: &Handle,
) -> Result<(), DbErr> {
    tokio::task::yield_now().await;
    let row = audit_row::ActiveModel {
        what: Set(instance.name.clone()),
        ..Default::default()
    };
    row.insert(handle).await?;
    heard.inline.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

#[receiver(post_save, sender = user::Entity, on_commit)]
async fn mail(#[state] heard: &Arc<Heard>) {
    tokio::task::yield_now().await;
    heard.on_commit.fetch_add(1, Ordering::Relaxed);
}

#[receiver(connection_created, sender = sqlx::Postgres)]
fn connected(connection: &mut dyn AnyConnection) {
    assert!(connection.downcast_mut::<sqlx::PgConnection>().is_some());
}

async fn with_tables() -> Option<Db> {
    let db = postgres::database(4).await?;
    create_tables(&db).await;
    Some(db)
}

async fn counts(db: &Db) -> (u64, u64) {
    (
        user::Entity::find().count(db).await.unwrap(),
        audit_row::Entity::find().count(db).await.unwrap(),
    )
}

/// In a scope with counters of the test's own.
async fn heard<F: Future<Output = ()>>(test: impl FnOnce(Arc<Heard>) -> F) {
    let heard = Arc::new(Heard::default());
    let scope = Scope::none().with_state(Arc::clone(&heard));
    scope.run_async(test(heard)).await;
}

#[tokio::test]
async fn cn01_connections_are_told_of() {
    let created = testing::capture_with(&connection_created, |e| e.vendor.to_owned());
    if postgres::database(1).await.is_some() {
        assert_eq!(created.only().snapshot, "postgresql");
    }
}

#[tokio::test]
async fn sg02_saves_and_deletions() {
    heard(async |heard| {
        let Some(db) = with_tables().await else {
            return;
        };
        let fields = testing::capture_with(&pre_save, |e| e.update_fields.map(<[_]>::to_vec));
        let deleted = testing::capture(&post_delete);
        let ada = common::user("Ada").insert(&db).await.unwrap();
        let mut draft = ada.into_active_model();
        draft.visits = Set(2);
        draft.clone().update_without_returning(&db).await.unwrap();
        let ada = draft.update(&db).await.unwrap();
        ada.delete(&db).await.unwrap();
        common::user("Bob").insert(&db).await.unwrap();
        user::Entity::find().delete_each(&db).await.unwrap();
        assert_eq!(deleted.count(), 2);
        let sent = fields.sent().into_iter().filter_map(|sent| sent.snapshot);
        assert_eq!(sent.collect::<Vec<_>>(), [["visits"], ["visits"]]);
        assert_eq!(heard.inline.load(Ordering::Relaxed), 4);
        assert_eq!(counts(&db).await, (0, 4));
    })
    .await;
}

#[tokio::test]
async fn or_savepoints_and_rollbacks() {
    heard(async |heard| {
        let Some(db) = with_tables().await else {
            return;
        };
        let outer = db.begin().await.unwrap();
        common::user("Outer").insert(&outer).await.unwrap();
        let lost = outer.begin().await.unwrap();
        common::user("Lost").insert(&lost).await.unwrap();
        lost.rollback().await.unwrap();
        assert_eq!(heard.on_commit.load(Ordering::Relaxed), 0);
        outer.commit().await.unwrap();
        assert_eq!(heard.on_commit.load(Ordering::Relaxed), 1);
        drop(db.begin().await.unwrap());
        assert_eq!(counts(&db).await, (1, 1));
    })
    .await;
}

/// PostgreSQL answers `COMMIT` with a rollback after a statement that failed, and calls it a
/// success.
#[tokio::test]
async fn or_a_commit_that_is_none_is_an_error() {
    heard(async |heard| {
        let Some(db) = with_tables().await else {
            return;
        };
        let txn = db.begin().await.unwrap();
        common::user("Ada").insert(&txn).await.unwrap();
        txn.execute_unprepared("SELECT 1 / 0").await.unwrap_err();
        let error = txn.commit().await.unwrap_err();
        assert!(error.to_string().contains("aborted"), "{error}");
        assert_eq!(heard.on_commit.load(Ordering::Relaxed), 0);
        assert_eq!(counts(&db).await, (0, 0));
        // Undone to a savepoint, it is one.
        let txn = db.begin().await.unwrap();
        common::user("Ada").insert(&txn).await.unwrap();
        let savepoint = txn.begin().await.unwrap();
        savepoint
            .execute_unprepared("SELECT 1 / 0")
            .await
            .unwrap_err();
        savepoint.rollback().await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(heard.on_commit.load(Ordering::Relaxed), 1);
        assert_eq!(counts(&db).await, (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn or_cancelled_writes_lose_no_signal() {
    for in_transactions in [false, true] {
        heard(async |heard| {
            let Some(db) = with_tables().await else {
                return;
            };
            let mut usual = Duration::ZERO;
            for i in 0..400_u32 {
                let begun = Instant::now();
                let end = if i < 20 {
                    Duration::MAX
                } else {
                    usual * (i * 7 % 100) / 80
                };
                let (db, scope) = (db.clone(), Scope::current());
                let write = scope.run_async(async move {
                    if !in_transactions {
                        common::user("Ada").insert(&db).await.unwrap();
                        return;
                    }
                    let done = db.transaction_async(async |txn| {
                        common::user("Ada").insert(txn).await?;
                        Ok::<_, DbErr>(())
                    });
                    done.await.unwrap();
                });
                let mut write = Box::pin(write);
                let running = tokio::spawn(poll_fn(move |cx| {
                    cx.waker().wake_by_ref();
                    match write.as_mut().poll(cx) {
                        Poll::Pending if begun.elapsed() > end => Poll::Ready(()),
                        polled => polled,
                    }
                }));
                running.await.unwrap();
                if i < 20 {
                    usual = begun.elapsed();
                }
            }
            let mut before = None;
            let (rows, inline, on_commit) = loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let now = (
                    counts(&db).await.0,
                    heard.inline.load(Ordering::Relaxed),
                    heard.on_commit.load(Ordering::Relaxed),
                );
                if before == Some(now) {
                    break now;
                }
                before = Some(now);
            };
            println!("{rows} rows of 400, {inline} signals, {on_commit} on commit");
            assert_eq!(rows, on_commit);
            assert!(inline >= rows);
            if !in_transactions {
                assert_eq!(rows, inline);
            }
        })
        .await;
    }
}
