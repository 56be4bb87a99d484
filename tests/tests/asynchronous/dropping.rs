//! Dropping the future of a send: those not yet started never run, the one in flight is dropped.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signals_core::{BoxFuture, receiver, signal};
use signals_tests::{Journal, Waiter, block_on, poll_once, within};

struct InFlight<'j>(&'j Journal, &'static str);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.note(format!("{} dropped", self.1));
    }
}

signal! {
    dropped(journal: &Journal, door: &Waiter) -> u32;
}

#[receiver(dropped)]
fn first(journal: &Journal) -> u32 {
    journal.note("first");
    1
}

#[receiver(dropped)]
async fn second(journal: &Journal, door: &Waiter) -> u32 {
    let _in_flight = InFlight(journal, "second");
    door.wait().await;
    journal.note("second ends");
    2
}

#[receiver(dropped)]
fn third(journal: &Journal) -> u32 {
    journal.note("third");
    3
}

#[receiver(dropped)]
async fn fourth(journal: &Journal, door: &Waiter) -> u32 {
    let _in_flight = InFlight(journal, "fourth");
    door.wait().await;
    journal.note("fourth ends");
    4
}

/// Polls once, drops, and says what happened.
fn after_one_poll<'j, F: Future>(
    journal: &'j Journal,
    send: impl FnOnce(&'j Waiter) -> F,
) -> Vec<String> {
    let door: &'static Waiter = Box::leak(Box::default());
    let mut send = Box::pin(send(door));
    assert!(poll_once(send.as_mut()).is_pending());
    drop(send);
    // Whoever would still be there could go on now.
    door.open();
    journal.take()
}

#[test]
fn s19_dropping_a_send_stops_there() {
    let journal = &Journal::new();
    let expected = ["first", "second dropped"];
    assert_eq!(
        after_one_poll(journal, |door| dropped
            .send_async(Dropped { journal, door })),
        expected
    );
    assert_eq!(
        after_one_poll(journal, |door| {
            dropped.send_robust_async(Dropped { journal, door })
        }),
        expected
    );
}

#[test]
fn s19_dropping_a_concurrent_send_drops_all_in_flight() {
    let journal = &Journal::new();
    let expected = ["first", "third", "second dropped", "fourth dropped"];
    assert_eq!(
        after_one_poll(journal, |door| {
            dropped.concurrent().send_async(Dropped { journal, door })
        }),
        expected
    );
    assert_eq!(
        after_one_poll(journal, |door| {
            dropped
                .concurrent()
                .send_robust_async(Dropped { journal, door })
        }),
        expected
    );
}

#[test]
fn nothing_runs_before_the_first_poll() {
    let (journal, door) = (&Journal::new(), &Waiter::new());
    drop(dropped.send_async(Dropped { journal, door }));
    drop(dropped.send_robust_async(Dropped { journal, door }));
    drop(dropped.concurrent().send_async(Dropped { journal, door }));
    let at_once = dropped.concurrent();
    drop(at_once.send_robust_async(Dropped { journal, door }));
    assert!(journal.is_empty());
}

#[test]
fn a_pull_that_is_dropped_while_it_waits_calls_nobody_any_more() {
    let (journal, door) = (&Journal::new(), &Waiter::new());
    let mut pull = dropped.pull(Dropped { journal, door });
    block_on(pull.next_async()).unwrap().unwrap();
    let mut next = Box::pin(pull.next_async());
    assert!(poll_once(next.as_mut()).is_pending());
    drop(next);
    drop(pull);
    door.open();
    assert_eq!(journal.take(), ["first", "second dropped"]);
}

#[test]
fn a_send_that_is_dropped_lets_go_of_owners_and_connections() {
    signal! {
        held(door: &Waiter);
    }
    struct Owner;
    async fn waits(_owner: Arc<Owner>, sent: &Held<'_>) {
        sent.door.wait().await;
    }

    let (owner, captured) = (Arc::new(Owner), Arc::new(()));
    held.connect_async_weak(&owner, waits);
    let keeps = Arc::clone(&captured);
    let connection = held.connect_boxed(move |sent| -> BoxFuture<'_, ()> {
        let _keeps = Arc::clone(&keeps);
        Box::pin(sent.door.wait())
    });
    let door = &Waiter::new();
    let mut send = Box::pin(held.concurrent().send_async(Held { door }));
    assert!(poll_once(send.as_mut()).is_pending());
    assert_eq!(Arc::strong_count(&owner), 2, "alive while it runs");
    drop(connection);
    assert_eq!(Arc::strong_count(&captured), 2, "this send still has it");
    drop(send);
    assert_eq!(Arc::strong_count(&owner), 1);
    assert_eq!(Arc::strong_count(&captured), 1);
}

#[test]
fn s19_a_timeout_drops_the_receiver_in_flight() {
    within(60, || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (journal, door) = (&Journal::new(), &Waiter::new());
            let send = dropped.send_async(Dropped { journal, door });
            let timeout = tokio::time::timeout(Duration::from_millis(10), send);
            assert!(timeout.await.is_err());
            door.open();
            tokio::task::yield_now().await;
            assert_eq!(journal.take(), ["first", "second dropped"]);
        });
    });
}

mod aborted {
    use super::{Arc, AtomicBool, Journal, Ordering, receiver, signal};

    signal! {
        pub(super) self_aborted(task: &tokio::sync::OnceCell<tokio::task::AbortHandle>, ended: &Arc<AtomicBool>, journal: &Journal);
    }

    #[receiver(self_aborted)]
    fn aborts(task: &tokio::sync::OnceCell<tokio::task::AbortHandle>, journal: &Journal) {
        task.get().unwrap().abort();
        journal.note("ran to its end");
    }

    #[receiver(self_aborted)]
    async fn does_not_end(ended: &Arc<AtomicBool>) {
        tokio::task::yield_now().await;
        ended.store(true, Ordering::SeqCst);
    }
}

#[test]
fn s19_a_task_cancelled_in_its_sync_part_ends_at_the_first_await() {
    use aborted::{SelfAborted, self_aborted};
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        for at_once in [false, true] {
            let task = Arc::new(tokio::sync::OnceCell::new());
            let ended = Arc::new(AtomicBool::new(false));
            let journal = Arc::new(Journal::new());
            let handle = tokio::spawn({
                let (task, ended) = (Arc::clone(&task), Arc::clone(&ended));
                let journal = Arc::clone(&journal);
                async move {
                    let payload = SelfAborted {
                        task: &task,
                        ended: &ended,
                        journal: &journal,
                    };
                    if at_once {
                        self_aborted.concurrent().send_async(payload).await
                    } else {
                        self_aborted.send_async(payload).await
                    }
                }
            });
            task.set(handle.abort_handle()).unwrap();
            assert!(handle.await.unwrap_err().is_cancelled());
            assert_eq!(journal.take(), ["ran to its end"]);
            assert!(!ended.load(Ordering::SeqCst));
        }
    });
}
