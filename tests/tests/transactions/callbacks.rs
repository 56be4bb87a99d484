//! `transaction::on_commit` and its like: Django's, without a signal.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{BoxError, SendError, receiver, signal};
use signals_tests::{Journal, block_on, logs, poll_once, yield_now};

signal! {
    told(name: &str, journal: &Arc<Journal>);
}

#[receiver(told, before_commit)]
#[receiver(told, on_commit)]
#[receiver(told, on_rollback)]
fn heard(name: &str, journal: &Arc<Journal>) {
    journal.note(name);
}

/// A callback that writes a line.
fn note(journal: &Arc<Journal>, line: &'static str) -> impl FnOnce() + Send + 'static {
    let journal = Arc::clone(journal);
    move || journal.note(line)
}

fn note_async(
    journal: &Arc<Journal>,
    line: &'static str,
) -> impl Future<Output = ()> + Send + 'static {
    let journal = Arc::clone(journal);
    async move {
        yield_now().await;
        journal.note(line);
    }
}

#[test]
fn on_commit_callbacks_take_their_place_among_receivers() {
    let journal = &Arc::new(Journal::new());
    let send = |name| told.send(Told { name, journal });
    block_on(transaction::scope_async(async {
        transaction::on_commit(note(journal, "after 1"))?;
        transaction::before_commit(note(journal, "before 1"))?;
        transaction::on_rollback(note(journal, "never"));
        send("2")?;
        transaction::on_commit_async(note_async(journal, "after 3")).await?;
        transaction::before_commit(note(journal, "before 3"))?;
        send("4")?;
        assert!(journal.is_empty());
        Ok::<_, BoxError>(())
    }))
    .unwrap();
    let before = ["before 1", "2", "before 3", "4"];
    let after = ["after 1", "2", "after 3", "4"];
    assert_eq!(journal.take(), [before, after].concat());
}

#[test]
fn on_rollback_callbacks_take_their_place_among_receivers() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        transaction::on_rollback(note(journal, "1"));
        told.send(Told { name: "2", journal })?;
        transaction::on_rollback(note(journal, "3"));
        transaction::on_commit(note(journal, "never"))?;
        transaction::before_commit(note(journal, "never"))?;
        Err::<(), BoxError>("no".into())
    })
    .unwrap_err();
    assert_eq!(journal.take(), ["1", "2", "3"]);
}

#[test]
fn on_commit_runs_at_once_where_no_transaction_is_open_and_returns_its_error() {
    logs::record();
    let journal = &Arc::new(Journal::new());
    transaction::on_commit(note(journal, "on_commit")).unwrap();
    transaction::before_commit(note(journal, "before_commit")).unwrap();
    transaction::on_rollback(note(journal, "never"));
    block_on(transaction::on_commit_async(note_async(journal, "async"))).unwrap();
    assert_eq!(journal.take(), ["on_commit", "before_commit", "async"]);

    let no = || Err::<(), _>("no");
    assert_eq!(transaction::on_commit(no).unwrap_err().to_string(), "no");
    assert_eq!(
        transaction::before_commit(no).unwrap_err().to_string(),
        "no"
    );
    let error = block_on(transaction::on_commit_async(async { Err::<(), _>("no") })).unwrap_err();
    assert_eq!(error.to_string(), "no");
    let panics = || transaction::on_commit(|| -> () { std::panic::resume_unwind(Box::new(())) });
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert!(logs::take().is_empty(), "who gets the error logs it");
}

#[test]
fn on_commit_callbacks_that_fail_stop_nobody_and_are_named_by_their_place() {
    logs::record();
    let journal = &Arc::new(Journal::new());
    let line = line!() + 2;
    let committed = transaction::scope(|| {
        transaction::on_commit(|| Err::<(), _>("no"))?;
        transaction::on_commit(|| -> () { std::panic::resume_unwind(Box::new("oh no")) })?;
        block_on(transaction::on_commit_async(async {
            Err::<(), _>("async no")
        }))?;
        transaction::on_commit(note(journal, "last"))?;
        Ok::<_, BoxError>(())
    })
    .unwrap();
    assert_eq!(journal.take(), ["last"]);
    assert_eq!(logs::take().len(), 3);
    let places: Vec<_> = committed
        .errors
        .iter()
        .map(|error| (error.receiver().file(), error.receiver().line()))
        .collect();
    assert_eq!(
        places,
        [(file!(), line), (file!(), line + 1), (file!(), line + 2)]
    );
    let message = committed.errors[0].to_string();
    assert!(message.contains("callbacks.rs"), "{message}");
    assert!(message.contains("transaction"), "{message}");
}

#[test]
fn a_before_commit_callback_that_fails_prevents_the_commit() {
    let journal = &Arc::new(Journal::new());
    let error = transaction::scope(|| {
        transaction::on_rollback(note(journal, "undone"));
        transaction::on_commit(note(journal, "never")).unwrap();
        transaction::before_commit(|| Err::<(), _>("no")).unwrap();
        transaction::before_commit(note(journal, "never")).unwrap();
        Ok::<_, SendError>(())
    })
    .unwrap_err();
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no");
    assert_eq!(journal.take(), ["undone"]);
}

#[test]
fn on_commit_callbacks_registered_by_callbacks() {
    let journal = &Arc::new(Journal::new());
    let committed = transaction::scope(|| {
        let (one, two) = (Arc::clone(journal), note(journal, "after, of before"));
        transaction::before_commit(move || {
            one.note("before");
            transaction::on_commit(two)
        })?;
        let (outer, inner) = (Arc::clone(journal), note(journal, "inner"));
        transaction::on_commit(move || {
            outer.note("outer");
            // It is over: at once, as everywhere outside.
            transaction::on_commit(inner)?;
            outer.note("outer ends");
            Ok::<_, BoxError>(())
        })?;
        transaction::on_commit(note(journal, "next"))?;
        Ok::<_, BoxError>(())
    });
    assert!(committed.unwrap().errors.is_empty());
    let expected = [
        "before",
        "outer",
        "inner",
        "outer ends",
        "next",
        "after, of before",
    ];
    assert_eq!(journal.take(), expected);
}

#[test]
fn on_commit_callbacks_follow_their_savepoint() {
    let journal = &Arc::new(Journal::new());
    transaction::scope(|| {
        transaction::on_commit(note(journal, "1"))?;
        let lost = transaction::scope(|| {
            transaction::on_commit(note(journal, "lost"))?;
            transaction::on_rollback(note(journal, "undone"));
            Err::<(), BoxError>("no".into())
        });
        lost.unwrap_err();
        transaction::scope(|| transaction::on_commit(note(journal, "2")))?;
        transaction::on_commit(note(journal, "3"))
    })
    .unwrap();
    assert_eq!(journal.take(), ["undone", "1", "2", "3"]);
}

#[test]
fn on_commit_async_is_registered_when_it_is_awaited() {
    let journal = &Arc::new(Journal::new());
    let transaction = Transaction::begin();
    transaction.scope().run(|| {
        drop(transaction::on_commit_async(note_async(journal, "never")));
        let awaited = Box::pin(transaction::on_commit_async(note_async(journal, "awaited")));
        assert!(poll_once({ awaited }.as_mut()).is_ready());
    });
    block_on(transaction.committed_async()).unwrap();
    assert_eq!(journal.take(), ["awaited"]);
}
