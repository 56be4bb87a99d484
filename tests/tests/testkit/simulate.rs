//! Transactions without a database.

use std::sync::Arc;

use signals_core::{assert_sent_once, receiver, signal, testing, transaction};
use signals_tests::{Journal, block_on};

signal! {
    paid(journal: &Arc<Journal>, number: u32);
}

#[receiver(paid, on_commit)]
fn after(journal: &Arc<Journal>, number: u32) -> Result<(), String> {
    journal.note(format!("committed {number}"));
    if number == 13 {
        Err("no".into())
    } else {
        Ok(())
    }
}

#[receiver(paid, on_commit)]
async fn after_async(journal: &Arc<Journal>, number: u32) {
    signals_tests::yield_now().await;
    journal.note(format!("also {number}"));
}

#[receiver(paid, on_rollback)]
fn undone(journal: &Arc<Journal>, number: u32) {
    journal.note(format!("rolled back {number}"));
}

fn pay(journal: &Arc<Journal>, number: u32) {
    paid.send(Paid { journal, number }).unwrap();
    journal.note(format!("sent {number}"));
}

#[test]
fn ux01_a_simulated_commit_runs_what_waits() {
    let journal = Arc::<Journal>::default();
    testing::simulate_commit(|| pay(&journal, 1)).unwrap();
    assert_eq!(journal.take(), ["sent 1", "committed 1", "also 1"]);
}

#[test]
fn ux01_a_simulated_rollback_runs_what_undoes() {
    let journal = Arc::<Journal>::default();
    testing::simulate_rollback(|| pay(&journal, 1)).unwrap();
    assert_eq!(journal.take(), ["sent 1", "rolled back 1"]);
}

#[test]
fn both_work_async() {
    let journal = Arc::<Journal>::default();
    block_on(testing::simulate_commit_async(async { pay(&journal, 1) })).unwrap();
    block_on(testing::simulate_rollback_async(async { pay(&journal, 2) })).unwrap();
    let expected = ["sent 1", "committed 1", "also 1", "sent 2", "rolled back 2"];
    assert_eq!(journal.take(), expected);
}

#[test]
fn the_errors_come_back() {
    let journal = Arc::<Journal>::default();
    let errors = testing::simulate_commit(|| pay(&journal, 13)).unwrap_err();
    assert_eq!(errors.errors().len(), 1);
    // All others ran.
    assert_eq!(journal.take(), ["sent 13", "committed 13", "also 13"]);
}

#[test]
fn it_is_no_savepoint_of_what_is_open() {
    let journal = Arc::<Journal>::default();
    transaction::scope(|| {
        testing::simulate_commit(|| pay(&journal, 1)).unwrap();
        assert_eq!(journal.take(), ["sent 1", "committed 1", "also 1"]);
        Err::<(), signals_core::BoxError>("roll back".into())
    })
    .unwrap_err();
    assert!(journal.take().is_empty());
}

#[test]
fn a_capture_sees_that_receivers_wait() {
    let journal = Arc::<Journal>::default();
    let pays = testing::capture(&paid);
    testing::simulate_rollback(|| pay(&journal, 1)).unwrap();
    assert_sent_once!(pays, |sent| {
        let mut outcomes = sent.receivers.iter().map(|ran| &ran.outcome);
        outcomes.all(|outcome| *outcome == testing::Outcome::Deferred)
    });
}
