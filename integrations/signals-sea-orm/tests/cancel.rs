//! A future may be dropped at any moment. No row without its signal, and no signal without its row.
#![allow(missing_docs)]

mod common;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use common::{memory, on_many_tasks, user, with_tables};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, Set,
    TransactionTrait,
};
use signals_builtin::models::post_save;
use signals_core::{Scope, receiver};
use signals_sea_orm::Db;

#[derive(Default)]
struct Heard {
    began: AtomicU64,
    answered: AtomicU64,
    inline: AtomicU64,
    on_commit: AtomicU64,
}

#[receiver(post_save, sender = user::Entity, dispatch_uid = "first")]
async fn first(#[state] heard: &Arc<Heard>) {
    heard.began.fetch_add(1, Ordering::Relaxed);
    // Somewhere to be dropped in the middle of the send, too.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    heard.inline.fetch_add(1, Ordering::Relaxed);
}

#[receiver(post_save, sender = user::Entity, on_commit)]
async fn after_the_commit(#[state] heard: &Arc<Heard>) {
    tokio::task::yield_now().await;
    heard.on_commit.fetch_add(1, Ordering::Relaxed);
}

/// Moments that are spread over what a write takes, without a generator of random numbers.
fn moment(i: u64, usual: Duration) -> Duration {
    let hash = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    usual * u32::try_from(hash % 2000).unwrap() / 1000
}

/// Tokio's clock counts in milliseconds, which is too long: this counts polls and time.
async fn dropped_at<F: Future>(moment: Duration, work: F) -> Result<F::Output, ()> {
    let mut work = pin!(work);
    let begun = Instant::now();
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Ok(done));
        }
        if begun.elapsed() > moment {
            return Poll::Ready(Err(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Counts {
    answered: u64,
    rows: u64,
    inline: u64,
    on_commit: u64,
}

async fn settled(db: &Db, heard: &Heard) -> Counts {
    let mut before = None;
    loop {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = Counts {
            answered: heard.answered.load(Ordering::Relaxed),
            rows: user::Entity::find().count(db).await.unwrap(),
            inline: heard.inline.load(Ordering::Relaxed),
            on_commit: heard.on_commit.load(Ordering::Relaxed),
        };
        if before == Some(now) {
            return now;
        }
        before = Some(now);
    }
}

async fn cancel_many(db: &Db, how_many: u64, in_transactions: bool) -> Counts {
    let heard = Arc::new(Heard::default());
    let scope = Scope::none().with_state(Arc::clone(&heard));
    let mut usual = Duration::ZERO;
    for i in 0..how_many {
        // The first are not cancelled, and say how long it takes.
        let (begun, is_measured) = (Instant::now(), i < 50);
        let end = if is_measured {
            Duration::MAX
        } else {
            moment(i, usual)
        };
        let (db, scope, heard) = (db.clone(), scope.clone(), Arc::clone(&heard));
        let work = scope.run_async(async move {
            let work = async {
                if !in_transactions {
                    return common::user("Ada").insert(&db).await.map(drop);
                }
                let done = db.transaction_async(async |txn| {
                    common::user("Ada").insert(txn).await?;
                    Ok::<_, DbErr>(())
                });
                done.await.map_err(|error| DbErr::Custom(error.to_string()))
            };
            // A write in a dropped connection is none; what counts is what is there in the end.
            let is_answered = dropped_at(end, work).await.is_ok();
            if is_answered {
                heard.answered.fetch_add(1, Ordering::Relaxed);
            }
            is_answered
        });
        let running = tokio::spawn(work);
        if i % 3 == 0 && !is_measured {
            // Some at once, and cancelled from outside.
            tokio::time::sleep(moment(i * 7, usual)).await;
            running.abort();
            continue;
        }
        let is_answered = running.await.unwrap();
        // Kept so that one in two is cancelled, also where it suddenly takes longer.
        usual = match (is_measured, is_answered) {
            (true, _) => begun.elapsed(),
            (false, true) => usual * 30 / 31,
            (false, false) => usual * 31 / 30,
        };
    }
    settled(db, &heard).await
}

/// Those with several connections: what cancels a statement closes its connection, and with the only
/// one a database in memory would be gone.
async fn databases() -> impl Iterator<Item = Db> {
    with_tables().await.skip(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn or_cancelled_inserts_lose_no_signal() {
    for db in databases().await {
        let counts = cancel_many(&db, 2000, false).await;
        println!("{counts:?} of 2000 inserts in {db:?}");
        let Counts {
            answered,
            rows,
            inline,
            on_commit,
        } = counts;
        assert!(
            (50..1950).contains(&answered),
            "not cancelled at random moments"
        );
        assert_eq!((rows, rows), (inline, on_commit));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn or_cancelled_transactions_lose_no_signal() {
    for db in databases().await {
        let counts = cancel_many(&db, 1000, true).await;
        println!("{counts:?} of 1000 transactions in {db:?}");
        let Counts {
            answered,
            rows,
            inline,
            on_commit,
        } = counts;
        assert!(
            (50..950).contains(&answered),
            "not cancelled at random moments"
        );
        // Inline receivers also heard of what was rolled back.
        assert!(inline >= rows && rows >= answered);
        assert_eq!(rows, on_commit);
    }
}

/// On the test's own thread, as a request is by a server with one thread.
#[tokio::test]
async fn or_cancelled_inserts_in_memory_lose_no_signal() {
    let db = memory().await;
    if !db.support_returning() {
        // SeaORM reads the row when it is written. Cancelled, that closes the connection, and with
        // it goes a database in memory.
        return;
    }
    let counts = cancel_many(&db, 500, false).await;
    println!("{counts:?} of 500 inserts");
    assert_eq!(
        (counts.rows, counts.rows),
        (counts.inline, counts.on_commit)
    );
}

#[tokio::test]
async fn or_a_transaction_with_a_cancelled_write_cannot_be_committed() {
    for db in with_tables().await {
        let heard = Arc::new(Heard::default());
        let scope = Scope::none().with_state(Arc::clone(&heard));
        let test = async {
            let txn = db.begin().await.unwrap();
            let mut insert = Box::pin(common::user("Ada").insert(&txn));
            // Until the row is there and the first receiver waits.
            while heard.began.load(Ordering::Relaxed) == 0 {
                let polled = poll_fn(|cx| Poll::Ready(insert.as_mut().poll(cx))).await;
                assert!(polled.is_pending(), "it was to be dropped in the middle");
                tokio::task::yield_now().await;
            }
            drop(insert);
            let error = txn.commit().await.unwrap_err();
            assert!(error.to_string().contains("cancelled"), "{error}");
            assert_eq!(user::Entity::find().count(&db).await.unwrap(), 0);
            assert_eq!(heard.on_commit.load(Ordering::Relaxed), 0);
        };
        scope.run_async(test).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn or_a_write_that_goes_on_on_another_task_is_told_of_once() {
    for db in with_tables().await {
        let heard = Arc::new(Heard::default());
        let scope = Scope::none().with_state(Arc::clone(&heard));
        let writes = scope.run_async(async move {
            let ada = common::user("Ada").insert(&db).await?;
            let mut ada = ada.into_active_model();
            ada.visits = Set(1);
            ada.update(&db).await?;
            let txn = db.begin().await?;
            common::user("Grace").insert(&txn).await?;
            txn.commit().await
        });
        on_many_tasks(writes).await.unwrap();
        assert_eq!(heard.inline.load(Ordering::Relaxed), 3);
        assert_eq!(heard.on_commit.load(Ordering::Relaxed), 3);
    }
}
