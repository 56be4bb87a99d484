//! Before the commit: an error prevents it, and what is sent then comes before it too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{SendError, SendErrorKind, receiver, recursion_limit, signal};
use signals_tests::{Journal, block_on, yield_now};

signal! {
    counted(left: u32, journal: &Arc<Journal>);
}

#[receiver(counted, before_commit)]
fn counts_down(left: u32, journal: &Arc<Journal>) -> Result<(), SendError> {
    assert!(transaction::is_open());
    journal.note(format!("before {left}"));
    if left > 0 {
        let left = left - 1;
        counted.send(Counted { left, journal })?;
    }
    Ok(())
}

#[receiver(counted, on_commit)]
async fn committed(left: u32, journal: &Arc<Journal>) {
    assert!(!transaction::is_open());
    yield_now().await;
    journal.note(format!("after {left}"));
}

#[test]
fn before_commit_receivers_that_send_go_on_until_nothing_waits() {
    let expected = [
        "before 2", "before 5", "before 1", "before 4", "before 0", "before 3", "before 2",
        "before 1", "before 0", "after 2", "after 5", "after 1", "after 4", "after 0", "after 3",
        "after 2", "after 1", "after 0",
    ];
    let journal = &Arc::new(Journal::new());
    let send = || {
        counted.send(Counted { left: 2, journal })?;
        counted.send(Counted { left: 5, journal })
    };
    transaction::scope(send).unwrap();
    assert_eq!(journal.take(), expected);
    block_on(transaction::scope_async(async { send() })).unwrap();
    assert_eq!(journal.take(), expected);
}

#[test]
fn before_commit_in_a_circle_ends_in_an_error_and_a_rollback() {
    signal! {
        endless(journal: &Arc<Journal>);
    }

    #[receiver(endless, before_commit)]
    fn again(journal: &Arc<Journal>) -> Result<(), SendError> {
        journal.note("again");
        endless.send(Endless { journal })?;
        Ok(())
    }

    #[receiver(endless, on_commit)]
    fn never(journal: &Arc<Journal>) {
        journal.note("never");
    }

    let journal = &Arc::new(Journal::new());
    let limit = recursion_limit();
    let check = |error: &SendError| {
        let SendErrorKind::Recursion { signal, .. } = error.kind() else {
            panic!("{error}");
        };
        assert!(signal.ends_with("endless"));
        assert_eq!(journal.take(), vec!["again"; limit as usize]);
    };
    check(&transaction::scope(|| endless.send(Endless { journal })).unwrap_err());
    let send = async { endless.send(Endless { journal }) };
    check(&block_on(transaction::scope_async(send)).unwrap_err());
}

signal! {
    tried(how: &str, journal: &Arc<Journal>);
}

#[receiver(tried, before_commit)]
fn first(journal: &Arc<Journal>) {
    journal.note("first");
}

#[receiver(tried, before_commit)]
fn refuses(how: &str) -> Result<(), String> {
    match how {
        "sync" => Err("sync no".into()),
        "panic" => std::panic::resume_unwind(Box::new("panic")),
        _ => Ok(()),
    }
}

#[receiver(tried, before_commit)]
async fn refuses_later(how: &str) -> Result<(), String> {
    yield_now().await;
    if how == "async" {
        Err("async no".into())
    } else {
        Ok(())
    }
}

#[receiver(tried, before_commit)]
fn last(journal: &Arc<Journal>) {
    journal.note("last");
}

#[receiver(tried, on_commit)]
fn after(journal: &Arc<Journal>) {
    journal.note("after");
}

#[receiver(tried, on_rollback)]
fn undone(journal: &Arc<Journal>) {
    journal.note("undone");
}

#[test]
fn an_error_before_the_commit_prevents_it() {
    let journal = &Arc::new(Journal::new());
    for how in ["sync", "async"] {
        let send = || tried.send(Tried { how, journal });
        let check = |error: SendError| {
            let message = format!("{how} no");
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(source, message);
            assert!(error.receiver().unwrap().path().contains("rounds::refuses"));
            assert!(error.to_string().contains("tried"), "{error}");
            assert_eq!(journal.take(), ["first", "undone"]);
        };
        check(transaction::scope(send).unwrap_err());
        check(block_on(transaction::scope_async(async { send() })).unwrap_err());
    }
    let how = "well";
    transaction::scope(|| tried.send(Tried { how, journal })).unwrap();
    assert_eq!(journal.take(), ["first", "last", "after"]);
}

#[test]
fn a_panic_before_the_commit_rolls_back_and_goes_on() {
    let journal = &Arc::new(Journal::new());
    let how = "panic";
    let send = || tried.send(Tried { how, journal });
    catch_unwind(AssertUnwindSafe(|| transaction::scope(send))).unwrap_err();
    assert_eq!(journal.take(), ["first", "undone"]);
    let scope = transaction::scope_async(async { send() });
    catch_unwind(AssertUnwindSafe(|| block_on(scope))).unwrap_err();
    assert_eq!(journal.take(), ["first", "undone"]);
    assert!(!transaction::is_open());
}

#[test]
fn a_savepoint_has_no_commit_to_come_before() {
    let journal = &Arc::new(Journal::new());
    let how = "sync";
    let outer = Transaction::begin();
    let savepoint = outer.savepoint();
    savepoint
        .scope()
        .run(|| tried.send(Tried { how, journal }))
        .unwrap();
    savepoint.before_commit().unwrap();
    block_on(savepoint.before_commit_async()).unwrap();
    savepoint.committed().unwrap();
    assert!(journal.is_empty());
    outer.before_commit().unwrap_err();
    outer.rolled_back().unwrap();
    assert_eq!(journal.take(), ["first", "undone"]);
}

#[test]
fn before_commit_may_open_savepoints() {
    signal! {
        outer(journal: &Arc<Journal>);
        inner(name: &str, journal: &Arc<Journal>);
    }

    #[receiver(outer, before_commit)]
    fn opens(journal: &Arc<Journal>) {
        let kept = transaction::scope(|| {
            inner.send(Inner {
                name: "kept",
                journal,
            })
        });
        kept.unwrap();
        transaction::scope(|| {
            inner.send(Inner {
                name: "lost",
                journal,
            })?;
            Err::<(), signals_core::BoxError>("no".into())
        })
        .unwrap_err();
        journal.note("opened");
    }

    #[receiver(inner, on_commit)]
    #[receiver(inner, before_commit)]
    fn heard(name: &str, journal: &Arc<Journal>) {
        journal.note(name);
    }

    let journal = &Arc::new(Journal::new());
    transaction::scope(|| outer.send(Outer { journal })).unwrap();
    assert_eq!(journal.take(), ["opened", "kept", "kept"]);
}
