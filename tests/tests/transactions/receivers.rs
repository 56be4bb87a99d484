//! `before_commit`, `on_commit`, `on_rollback`: when each runs, however the signal was sent.

use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{Guarantee, SendError, receiver, signal};
use signals_tests::ways::{Way, ways};
use signals_tests::{Journal, block_on, findings_of, yield_now};

signal! {
    paid(number: u32, journal: &Arc<Journal>);
    shipped(number: u32, journal: &Arc<Journal>);
}

#[receiver(paid)]
fn books(number: u32, journal: &Journal) {
    journal.note(format!("books {number}"));
}

#[receiver(paid, before_commit)]
fn checks(number: u32, journal: &Arc<Journal>) {
    journal.note(format!("checks {number}"));
}

#[receiver([paid, shipped], on_commit)]
fn mails(number: u32, journal: &Arc<Journal>) {
    journal.note(format!("mails {number}"));
}

#[receiver(paid, on_rollback)]
fn apologizes(number: u32, journal: &Arc<Journal>) {
    journal.note(format!("apologizes {number}"));
}

#[receiver(paid, before_commit)]
async fn asks(number: u32, journal: &Arc<Journal>) {
    yield_now().await;
    journal.note(format!("asks {number}"));
}

#[receiver(paid, on_commit)]
async fn calls(number: u32, journal: &Arc<Journal>) {
    yield_now().await;
    journal.note(format!("calls {number}"));
}

#[receiver(paid, on_rollback)]
async fn refunds(number: u32, journal: &Arc<Journal>) {
    yield_now().await;
    journal.note(format!("refunds {number}"));
}

fn each_way(test: impl Fn(&dyn Fn(u32), &Arc<Journal>)) {
    let ways: [Way<paid>; 8] = ways();
    for way in ways {
        let journal = &Arc::new(Journal::new());
        let send = |number| (way.send)(&paid, Paid { number, journal });
        println!("{}", way.name);
        test(&send, journal);
        assert!(journal.is_empty(), "{}: all was looked at", way.name);
        assert_eq!(format!("{:?}", signals_core::Scope::current()), "[]");
    }
}

#[test]
fn ux01_on_commit_runs_after_the_commit_however_it_was_sent() {
    each_way(|send, journal| {
        let committed = transaction::scope(|| {
            send(1);
            send(2);
            assert_eq!(journal.take(), ["books 1", "books 2"]);
            Ok::<_, SendError>(3)
        });
        let committed = committed.unwrap();
        assert_eq!(committed.value, 3);
        assert!(committed.errors.is_empty());
        let before = ["checks 1", "asks 1", "checks 2", "asks 2"];
        let after = ["mails 1", "calls 1", "mails 2", "calls 2"];
        assert_eq!(journal.take(), [before, after].concat());
    });
}

#[test]
fn ux01_on_commit_runs_after_an_async_commit_however_it_was_sent() {
    each_way(|send, journal| {
        let committed = block_on(transaction::scope_async(async {
            send(1);
            yield_now().await;
            send(2);
            assert_eq!(journal.take(), ["books 1", "books 2"]);
            Ok::<_, SendError>(3)
        }));
        assert_eq!(committed.unwrap().value, 3);
        let before = ["checks 1", "asks 1", "checks 2", "asks 2"];
        let after = ["mails 1", "calls 1", "mails 2", "calls 2"];
        assert_eq!(journal.take(), [before, after].concat());
    });
}

#[test]
fn ux01_a_rollback_drops_what_waits_and_runs_on_rollback() {
    each_way(|send, journal| {
        let rolled_back = transaction::scope(|| {
            send(1);
            send(2);
            Err::<(), _>("no".to_owned().into())
        });
        let error: signals_core::BoxError = rolled_back.unwrap_err();
        assert_eq!(error.to_string(), "no");
        let after = ["apologizes 1", "refunds 1", "apologizes 2", "refunds 2"];
        assert_eq!(
            journal.take(),
            [&["books 1", "books 2"], &after[..]].concat()
        );

        block_on(transaction::scope_async(async {
            send(3);
            Err::<(), signals_core::BoxError>("no".into())
        }))
        .unwrap_err();
        assert_eq!(journal.take(), ["books 3", "apologizes 3", "refunds 3"]);
    });
}

#[test]
fn ux01_without_a_transaction_all_run_within_the_send_but_on_rollback() {
    each_way(|send, journal| {
        send(1);
        let all = ["books 1", "checks 1", "mails 1", "asks 1", "calls 1"];
        assert_eq!(journal.take(), all);
    });
}

#[test]
fn on_commit_receivers_come_in_the_order_of_sends_of_whatever_signal() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        shipped.send(Shipped { number: 1, journal })?;
        paid.send(Paid { number: 2, journal })?;
        shipped.send(Shipped { number: 3, journal })?;
        journal.take();
        Ok::<_, SendError>(())
    })
    .unwrap();
    let expected = [
        "checks 2", "asks 2", "mails 1", "mails 2", "calls 2", "mails 3",
    ];
    assert_eq!(journal.take(), expected);
}

#[test]
fn who_waits_is_not_counted_as_called() {
    let journal = &Arc::new(Journal::new());
    let payload = || Paid { number: 1, journal };
    assert_eq!(paid.send(payload()).unwrap().count(), 5);
    let transaction = Transaction::begin();
    transaction.scope().run(|| {
        assert_eq!(paid.send(payload()).unwrap().count(), 1);
        assert_eq!(paid.send_robust(payload()).count(), 1);
        assert_eq!(block_on(paid.send_async(payload())).unwrap().count(), 1);
        assert_eq!(block_on(paid.send_robust_async(payload())).count(), 1);
        let at_once = paid.concurrent();
        assert_eq!(block_on(at_once.send_async(payload())).unwrap().count(), 1);
        assert_eq!(paid.pull(payload()).count(), 1);
        assert_eq!(
            shipped
                .send(Shipped { number: 1, journal })
                .unwrap()
                .count(),
            0
        );
    });
    journal.take();
    transaction.rolled_back().unwrap();
    assert_eq!(journal.take().len(), 2 * 6);
}

#[test]
fn a_concurrent_send_leaves_sync_receivers_first_as_it_calls_them() {
    signal! {
        mixed(journal: &Arc<Journal>);
    }

    #[receiver(mixed, on_commit)]
    async fn one(journal: &Arc<Journal>) {
        journal.note("async");
    }

    #[receiver(mixed, on_commit)]
    fn two(journal: &Arc<Journal>) {
        journal.note("sync");
    }

    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        mixed.send(Mixed { journal })?;
        block_on(mixed.concurrent().send_async(Mixed { journal }))
    })
    .unwrap();
    assert_eq!(journal.take(), ["async", "sync", "sync", "async"]);
}

#[test]
fn on_commit_receivers_keep_their_own_order() {
    signal! {
        ordered(journal: &Arc<Journal>);
    }

    #[receiver(ordered, on_commit, priority = -1)]
    fn last(journal: &Arc<Journal>) {
        journal.note("last");
    }

    #[receiver(ordered, on_commit, after = "third")]
    fn fourth(journal: &Arc<Journal>) {
        journal.note("fourth");
    }

    #[receiver(ordered, on_commit)]
    fn third(journal: &Arc<Journal>) {
        journal.note("third");
    }

    #[receiver(ordered, on_commit, priority = 1)]
    async fn second(journal: &Arc<Journal>) {
        journal.note("second");
    }

    #[receiver(ordered, on_commit, before = "second", priority = 1)]
    fn first(journal: &Arc<Journal>) {
        journal.note("first");
    }

    let expected = ["first", "second", "third", "fourth", "last"];
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| ordered.send(Ordered { journal })).unwrap();
    assert_eq!(journal.take(), expected);
    ordered.send(Ordered { journal }).unwrap();
    assert_eq!(journal.take(), expected);
}

#[test]
fn one_function_can_run_at_several_times() {
    signal! {
        moved(journal: &Arc<Journal>);
    }

    #[receiver(moved)]
    #[receiver(moved, before_commit)]
    #[receiver(moved, on_commit)]
    #[receiver(moved, on_rollback)]
    fn heard(journal: &Arc<Journal>) {
        journal.note(if transaction::is_open() {
            "open"
        } else {
            "closed"
        });
    }

    assert!(findings_of(&moved).is_empty());
    let guarantees: Vec<_> = moved.receivers().iter().map(|r| r.guarantee()).collect();
    for guarantee in [
        Guarantee::Inline,
        Guarantee::BeforeCommit,
        Guarantee::OnCommit,
        Guarantee::OnRollback,
    ] {
        assert!(guarantees.contains(&guarantee), "{guarantee}");
    }
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        let delivered = moved.send(Moved { journal })?;
        assert_eq!(delivered.count(), 1);
        assert_eq!(journal.take(), ["open"]);
        Ok::<_, SendError>(())
    })
    .unwrap();
    assert_eq!(journal.take(), ["open", "closed"]);
    drop(Transaction::begin());
    let transaction = Transaction::begin();
    transaction
        .scope()
        .run(|| moved.send(Moved { journal }))
        .unwrap();
    drop(transaction);
    assert_eq!(journal.take(), ["open", "closed"]);
    moved.send(Moved { journal }).unwrap();
    assert_eq!(journal.take(), ["closed"; 3]);
}

#[test]
fn a_transaction_that_nothing_runs_in_has_nothing_to_do() {
    Transaction::begin().committed().unwrap();
    Transaction::begin().rolled_back().unwrap();
    block_on(Transaction::begin().committed_async()).unwrap();
    drop(Transaction::begin().committed_async());
    let transaction = Transaction::begin();
    // Beside its scope, nothing is part of it.
    assert!(!transaction::is_open());
    assert!(transaction.scope().run(transaction::is_open));
    transaction.before_commit().unwrap();
    block_on(transaction.before_commit_async()).unwrap();
}
