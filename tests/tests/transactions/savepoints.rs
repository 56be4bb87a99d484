//! Transactions within transactions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{BoxError, SendError, receiver, signal};
use signals_tests::{Journal, block_on};

signal! {
    step(name: &str, journal: &Arc<Journal>);
}

#[receiver(step, before_commit)]
fn before(name: &str, journal: &Arc<Journal>) {
    journal.note(format!("before {name}"));
}

#[receiver(step, on_commit)]
fn after(name: &str, journal: &Arc<Journal>) {
    journal.note(format!("after {name}"));
}

#[receiver(step, on_rollback)]
fn undone(name: &str, journal: &Arc<Journal>) {
    let place = if transaction::is_open() {
        " within"
    } else {
        ""
    };
    journal.note(format!("undone {name}{place}"));
}

fn send(journal: &Arc<Journal>, name: &str) {
    step.send(Step { name, journal }).unwrap();
}

type Done = Result<(), BoxError>;

fn no() -> Done {
    Err("no".into())
}

/// One send within a scope of its own, which ends as is said.
fn sent_within(journal: &Arc<Journal>, name: &str, end: fn() -> Done) -> Done {
    transaction::scope(|| -> Done {
        send(journal, name);
        end()
    })
    .map(drop)
}

#[test]
fn a_released_savepoint_passes_on_what_waits_in_order() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| -> Done {
        send(journal, "1");
        transaction::scope(|| -> Done {
            send(journal, "2");
            sent_within(journal, "3", || Ok(()))?;
            send(journal, "4");
            Ok(())
        })?;
        assert!(journal.is_empty(), "nothing runs before the outermost ends");
        send(journal, "5");
        Ok(())
    })
    .unwrap();
    let expected: Vec<_> = ["before", "after"]
        .iter()
        .flat_map(|when| (1..=5).map(move |name| format!("{when} {name}")))
        .collect();
    assert_eq!(journal.take(), expected);
}

#[test]
fn a_savepoint_that_is_rolled_back_takes_only_its_own_along() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| -> Done {
        send(journal, "1");
        transaction::scope(|| -> Done {
            send(journal, "2");
            // Released into what is rolled back.
            sent_within(journal, "3", || Ok(()))?;
            no()
        })
        .unwrap_err();
        // The transaction around it goes on, and what runs now is part of it.
        assert_eq!(journal.take(), ["undone 2 within", "undone 3 within"]);
        transaction::scope(|| -> Done {
            send(journal, "4");
            sent_within(journal, "5", no).unwrap_err();
            Ok(())
        })?;
        assert_eq!(journal.take(), ["undone 5 within"]);
        Ok(())
    })
    .unwrap();
    assert_eq!(
        journal.take(),
        ["before 1", "before 4", "after 1", "after 4"]
    );
}

#[test]
fn a_rollback_takes_released_savepoints_along() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| -> Done {
        sent_within(journal, "1", || Ok(()))?;
        send(journal, "2");
        no()
    })
    .unwrap_err();
    assert_eq!(journal.take(), ["undone 1", "undone 2"]);
}

#[test]
fn the_same_with_async_scopes() {
    let journal = &Arc::new(Journal::new());
    block_on(transaction::scope_async(async {
        send(journal, "1");
        let inner = transaction::scope_async(async {
            step.send_async(Step { name: "2", journal }).await?;
            no()
        });
        inner.await.unwrap_err();
        assert_eq!(journal.take(), ["undone 2 within"]);
        let inner = transaction::scope_async(async {
            step.send_async(Step { name: "3", journal }).await?;
            Done::Ok(())
        });
        inner.await?;
        Done::Ok(())
    }))
    .unwrap();
    assert_eq!(
        journal.take(),
        ["before 1", "before 3", "after 1", "after 3"]
    );
}

#[test]
fn a_transaction_that_is_dropped_is_rolled_back() {
    let journal = &Arc::new(Journal::new());
    let outer = Transaction::begin();
    let savepoint = outer.savepoint();
    assert!(savepoint.is_savepoint() && !outer.is_savepoint());
    outer.scope().run(|| send(journal, "1"));
    savepoint.scope().run(|| send(journal, "2"));
    assert!(journal.is_empty());
    drop(savepoint);
    assert_eq!(journal.take(), ["undone 2 within"]);
    drop(outer);
    assert_eq!(journal.take(), ["undone 1"]);
}

#[test]
fn a_dropped_transaction_runs_sync_on_rollback_receivers_at_once_on_a_runtime_too() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let journal = &Arc::new(Journal::new());
        let transaction = Transaction::begin();
        transaction.scope().run(|| send(journal, "1"));
        drop(transaction);
        assert_eq!(journal.take(), ["undone 1"]);
    });
}

#[test]
fn a_panic_rolls_back_and_goes_on() {
    let journal = &Arc::new(Journal::new());
    let panics = || {
        transaction::scope(|| -> Done {
            send(journal, "1");
            let inner = AssertUnwindSafe(|| {
                transaction::scope(|| -> Done {
                    send(journal, "2");
                    std::panic::resume_unwind(Box::new("inner"));
                })
            });
            catch_unwind(inner).unwrap_err();
            assert_eq!(journal.take(), ["undone 2 within"]);
            std::panic::resume_unwind(Box::new("outer"));
        })
    };
    let panic = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "outer");
    assert_eq!(journal.take(), ["undone 1"]);
    assert!(!transaction::is_open());

    let panics = transaction::scope_async(async {
        send(journal, "3");
        std::panic::resume_unwind(Box::new("async"));
        #[expect(unreachable_code)]
        Done::Ok(())
    });
    catch_unwind(AssertUnwindSafe(|| block_on(panics))).unwrap_err();
    assert_eq!(journal.take(), ["undone 3"]);
}

#[test]
fn ended_savepoints_leave_sends_to_what_is_open_around_them() {
    let journal = &Arc::new(Journal::new());
    let outer = Transaction::begin();
    // Not in the scope of `outer`, but part of it.
    let savepoint = outer.savepoint();
    let scope = savepoint.scope();
    savepoint.committed().unwrap();
    scope.clone().run(|| send(journal, "late"));
    assert!(journal.is_empty());
    outer.before_commit().unwrap();
    outer.committed().unwrap();
    assert_eq!(journal.take(), ["before late", "after late"]);
    scope.run(|| send(journal, "too late"));
    assert_eq!(journal.take(), ["before too late", "after too late"]);
}

#[test]
fn a_savepoint_that_outlives_a_committed_transaction_runs_what_waits_at_its_own_end() {
    let journal = &Arc::new(Journal::new());
    let outer = Transaction::begin();
    let savepoint = outer.savepoint();
    let inner = savepoint.savepoint();
    inner.scope().run(|| send(journal, "1"));
    outer.committed().unwrap();
    assert!(journal.is_empty());
    inner.committed().unwrap();
    assert!(journal.is_empty());
    savepoint.scope().run(|| send(journal, "2"));
    savepoint.committed().unwrap();
    let expected = ["before 1", "before 2", "after 1", "after 2"];
    assert_eq!(journal.take(), expected);
}

#[test]
fn a_savepoint_that_outlives_a_rolled_back_transaction_is_rolled_back_by_its_commit() {
    let journal = &Arc::new(Journal::new());
    let outer = Transaction::begin();
    let savepoint = outer.savepoint();
    savepoint.scope().run(|| send(journal, "1"));
    outer.rolled_back().unwrap();
    savepoint.committed().unwrap();
    assert_eq!(journal.take(), ["undone 1"]);
}

#[test]
fn a_commit_that_was_not_prepared_loses_no_before_commit_receiver() {
    let journal = &Arc::new(Journal::new());
    let transaction = Transaction::begin();
    transaction.scope().run(|| send(journal, "1"));
    transaction.committed().unwrap();
    assert_eq!(journal.take(), ["before 1", "after 1"]);
}

/// Thousands of them, the outermost first.
fn nested() -> Vec<Transaction> {
    let outermost = Transaction::begin();
    let next = |around: &Transaction| Some(around.savepoint());
    std::iter::successors(Some(outermost), next)
        .take(20_000)
        .collect()
}

#[test]
fn thousands_of_savepoints_within_each_other() {
    let journal = &Arc::new(Journal::new());
    let mut all = nested();
    let innermost = all.pop().unwrap();
    innermost.scope().run(|| send(journal, "deep"));
    innermost.committed().unwrap();
    while let Some(transaction) = all.pop() {
        transaction.before_commit().unwrap();
        transaction.committed().unwrap();
    }
    assert_eq!(journal.take(), ["before deep", "after deep"]);

    // Outermost first: those within hold on to it.
    nested().into_iter().for_each(drop);
}

#[test]
fn on_commit_is_part_of_what_is_open_where_the_scope_was_taken_along() {
    let journal = &Arc::new(Journal::new());
    let committed = transaction::scope(|| {
        let scope = signals_core::Scope::current();
        let elsewhere = {
            let journal = Arc::clone(journal);
            std::thread::spawn(move || {
                send(&journal, "without");
                journal.note("and");
                scope.run(|| send(&journal, "with"));
            })
        };
        elsewhere.join().unwrap();
        assert_eq!(journal.take(), ["before without", "after without", "and"]);
        Ok::<_, SendError>(())
    });
    committed.unwrap();
    assert_eq!(journal.take(), ["before with", "after with"]);
}
