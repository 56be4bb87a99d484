//! A plain `send` inside of an async receiver of a plain `send`.

use signals_core::{Delivered, SendError, SendErrorKind, receiver, runtime, signal};
use signals_tests::{Journal, within};
use tokio::runtime::Builder;

signal! {
    outer(journal: &Journal);
    outer_sync(journal: &Journal);
    inner(journal: &Journal);
}

#[receiver(outer)]
async fn sends_within(journal: &Journal) -> Result<(), SendError> {
    tokio::task::yield_now().await;
    let sent = inner.send(Inner { journal });
    journal.note("outer");
    sent.map(drop)
}

#[receiver(outer_sync)]
fn sends_before(journal: &Journal) -> Result<(), SendError> {
    inner.send(Inner { journal }).map(drop)
}

#[receiver(outer_sync)]
async fn waits_after(journal: &Journal) {
    tokio::task::yield_now().await;
    journal.note("outer");
}

#[receiver(inner)]
fn sync(journal: &Journal) {
    journal.note("inner sync");
}

#[receiver(inner)]
async fn asynchronous(journal: &Journal) {
    tokio::task::yield_now().await;
    journal.note("inner async");
}

const ALL: [&str; 3] = ["inner sync", "inner async", "outer"];

#[test]
fn sg18_nested_on_a_multi_thread_runtime_it_runs() {
    within(60, || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let send = || {
            let journal = &Journal::new();
            outer.send(Outer { journal }).unwrap();
            assert_eq!(journal.take(), ALL);
            outer_sync.send(OuterSync { journal }).unwrap();
            assert_eq!(journal.take(), ALL);
        };
        runtime.block_on(async {
            tokio::spawn(async move { send() }).await.unwrap();
            tokio::task::spawn_blocking(send).await.unwrap();
            // Awaited outside, waited for inside.
            let journal = &Journal::new();
            outer.send_async(Outer { journal }).await.unwrap();
            assert_eq!(journal.take(), ALL);
        });
    });
}

#[test]
fn sg18_nested_without_a_runtime_it_runs() {
    within(60, || {
        let journal = &Journal::new();
        outer_sync.send(OuterSync { journal }).unwrap();
        assert_eq!(journal.take(), ALL);
        outer.send(Outer { journal }).unwrap();
        assert_eq!(journal.take(), ALL);
    });
}

fn assert_refused_within(sent: Result<Delivered, SendError>, journal: &Journal) {
    let error = sent.unwrap_err();
    let refused: &SendError = error.downcast_ref().unwrap();
    assert!(matches!(
        refused.kind(),
        SendErrorKind::AsyncReceiver { .. }
    ));
    assert_eq!(journal.take(), ["outer"], "nobody of the inner one");
}

#[test]
fn sg18_nested_on_a_current_thread_runtime_it_is_refused() {
    within(60, || {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let journal = &Journal::new();
            let sent = outer.send_async(Outer { journal }).await;
            assert_refused_within(sent, journal);
        });
    });
}

/// The thread may wait, but its async receivers are not the thread.
#[test]
fn sg18_nested_where_it_may_block_it_is_refused_on_a_current_thread_runtime() {
    within(60, || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let send = || {
            runtime::may_block(|| {
                let journal = &Journal::new();
                assert_refused_within(outer.send(Outer { journal }), journal);
                let error = outer.pull(Outer { journal }).next().unwrap().unwrap_err();
                assert_refused_within(Err(error), journal);
                outer_sync.send(OuterSync { journal }).unwrap();
                assert_eq!(journal.take(), ALL);
            });
        };
        runtime.block_on(async { tokio::task::spawn_blocking(send).await.unwrap() });
    });
}

#[test]
fn sg18_nested_where_it_may_block_it_runs_on_a_multi_thread_runtime() {
    within(60, || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let send = || {
            runtime::may_block(|| {
                let journal = &Journal::new();
                outer.send(Outer { journal }).unwrap();
                assert_eq!(journal.take(), ALL);
            });
        };
        runtime.block_on(async {
            tokio::task::spawn_blocking(send).await.unwrap();
            tokio::spawn(async move { send() }).await.unwrap();
            send();
        });
    });
}
