//! After the end of a transaction: who fails stops nobody, and receivers may do what they like.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use signals_core::transaction::{self, Transaction};
use signals_core::{
    BoxError, BoxFuture, ReceiverError, SendError, SendErrorKind, receiver, signal,
};
use signals_tests::{Journal, block_on, logs, within, yield_now};

signal! {
    ended(journal: &Arc<Journal>);
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn a_fails(journal: &Arc<Journal>) -> Result<(), String> {
    journal.note("a");
    Err("a failed".into())
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn b_panics(journal: &Arc<Journal>) {
    journal.note("b");
    std::panic::resume_unwind(Box::new("b panicked"));
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn c_fails_later(journal: &Arc<Journal>) -> Result<(), String> {
    yield_now().await;
    journal.note("c");
    Err("c failed".into())
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn d_panics_later(journal: &Arc<Journal>) {
    yield_now().await;
    journal.note("d");
    std::panic::resume_unwind(Box::new("d panicked"));
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn e_runs(journal: &Arc<Journal>) {
    journal.note("e");
}

/// Each failed as it did, in order, and was logged once.
fn check(journal: &Journal, errors: Option<&[ReceiverError]>) {
    assert_eq!(journal.take(), ["a", "b", "c", "d", "e"]);
    let records = logs::take();
    let parts = ["a failed", "b panicked", "c failed", "d panicked"];
    assert_eq!(records.len(), parts.len(), "{records:?}");
    for (record, part) in records.iter().zip(parts) {
        assert_eq!(record.level, log::Level::Error);
        assert_eq!(record.target, "signals.dispatch");
        assert!(record.message.contains(part), "{record:?}");
        assert!(record.message.contains("failures::ended"), "{record:?}");
    }
    let Some(errors) = errors else { return };
    assert_eq!(errors.len(), parts.len());
    let functions = ["a_fails", "b_panics", "c_fails_later", "d_panics_later"];
    for (error, function) in errors.iter().zip(functions) {
        assert!(error.receiver().path().ends_with(function), "{error}");
        assert!(error.signal().name().ends_with("ended"));
    }
    assert_eq!(errors[1].panic_message(), Some("b panicked"));
    let source = std::error::Error::source(&errors[2]).unwrap();
    assert_eq!(source.to_string(), "c failed");
}

fn opened(journal: &Arc<Journal>) -> Transaction {
    let transaction = Transaction::begin();
    let send = || ended.send(Ended { journal }).unwrap();
    transaction.scope().run(send);
    transaction
}

#[test]
fn ux02_on_commit_failures_stop_nobody_are_logged_once_and_returned() {
    logs::record();
    let journal = &Arc::new(Journal::new());
    let send = || ended.send(Ended { journal });
    check(journal, Some(&transaction::scope(send).unwrap().errors));
    let committed = block_on(transaction::scope_async(async { send() }));
    check(journal, Some(&committed.unwrap().errors));

    let errors = opened(journal).committed().unwrap_err();
    assert!(
        errors.to_string().starts_with("4 receivers failed"),
        "{errors}"
    );
    let source = std::error::Error::source(&errors).unwrap();
    assert!(source.to_string().contains("a_fails"), "{source}");
    check(journal, Some(errors.errors()));
    let errors = block_on(opened(journal).committed_async()).unwrap_err();
    check(journal, Some(&errors.into_errors()));
}

#[test]
fn ux02_on_rollback_failures_stop_nobody_are_logged_once_and_returned() {
    logs::record();
    let journal = &Arc::new(Journal::new());
    let errors = opened(journal).rolled_back().unwrap_err();
    check(journal, Some(errors.errors()));
    let errors = block_on(opened(journal).rolled_back_async()).unwrap_err();
    check(journal, Some(errors.errors()));

    // The error of the work is the one that is returned.
    let fails = || {
        ended.send(Ended { journal })?;
        Err::<(), signals_core::BoxError>("the work's".into())
    };
    assert_eq!(
        transaction::scope(fails).unwrap_err().to_string(),
        "the work's"
    );
    check(journal, None);
    let error = block_on(transaction::scope_async(async { fails() })).unwrap_err();
    assert_eq!(error.to_string(), "the work's");
    check(journal, None);
}

#[test]
fn failures_of_a_dropped_transaction_are_logged() {
    logs::record();
    let journal = &Arc::new(Journal::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        drop(opened(journal));
        assert_eq!(journal.len(), 2);
        while journal.len() < 5 {
            tokio::task::yield_now().await;
        }
    });
    check(journal, None);
}

/// An error that cannot even be printed.
#[derive(Debug)]
struct Unprintable;

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        std::panic::resume_unwind(Box::new("unprintable"))
    }
}

impl std::error::Error for Unprintable {}

#[test]
fn a_panic_of_the_log_or_the_error_itself_loses_nobody() {
    signal! {
        odd(journal: &Arc<Journal>);
    }

    #[receiver(odd, on_commit)]
    #[receiver(odd, on_rollback)]
    fn one() -> Result<(), Unprintable> {
        Err(Unprintable)
    }

    #[receiver(odd, on_commit)]
    #[receiver(odd, on_rollback)]
    fn two(journal: &Arc<Journal>) {
        journal.note("two");
    }

    #[receiver(odd, on_commit)]
    fn three(journal: &Arc<Journal>) {
        journal.note("three");
    }

    logs::record();
    let journal = &Arc::new(Journal::new());
    let send = || odd.send(Odd { journal });
    let committed = transaction::scope(send).unwrap();
    assert_eq!(committed.errors.len(), 1);
    assert_eq!(journal.take(), ["two", "three"]);
    let committed = block_on(transaction::scope_async(async { send() })).unwrap();
    assert_eq!(committed.errors.len(), 1);
    assert_eq!(journal.take(), ["two", "three"]);
    let committed = logs::panicking(|| transaction::scope(send).unwrap());
    assert_eq!(committed.errors.len(), 1);
    assert_eq!(journal.take(), ["two", "three"]);

    // During a panic, another one from a destructor would end the program.
    let panics = || {
        transaction::scope(|| -> Result<(), SendError> {
            send()?;
            std::panic::resume_unwind(Box::new("first"));
        })
    };
    let panic = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "first");
    assert_eq!(journal.take(), ["two"]);
    let transaction = Transaction::begin();
    transaction.scope().run(send).unwrap();
    let panics = || {
        let _committed = transaction.committed_async();
        std::panic::resume_unwind(Box::new("second"))
    };
    catch_unwind(AssertUnwindSafe(|| -> () { panics() })).unwrap_err();
    assert_eq!(journal.take(), ["two", "three"]);
}

/// An error, or a panic's payload, that panics when it is dropped.
#[derive(Debug)]
struct Undroppable;

impl Drop for Undroppable {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("undroppable"));
    }
}

impl fmt::Display for Undroppable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("undroppable")
    }
}

impl std::error::Error for Undroppable {}

#[test]
fn a_panic_of_the_errors_destructor_loses_nobody() {
    signal! {
        stuck(journal: &Arc<Journal>);
    }

    #[receiver(stuck, on_rollback)]
    fn one() -> Result<(), Undroppable> {
        Err(Undroppable)
    }

    #[receiver(stuck, on_rollback)]
    fn two() {
        std::panic::resume_unwind(Box::new(Undroppable));
    }

    #[receiver(stuck, on_rollback)]
    fn three(journal: &Arc<Journal>) {
        journal.note("three");
    }

    logs::record();
    let journal = &Arc::new(Journal::new());
    let panics = || {
        let transaction = Transaction::begin();
        transaction
            .scope()
            .run(|| stuck.send(Stuck { journal }))
            .unwrap();
        std::panic::resume_unwind(Box::new("first"));
    };
    let panic = catch_unwind(AssertUnwindSafe(|| -> () { panics() })).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "first");
    assert_eq!(journal.take(), ["three"]);
    assert_eq!(logs::take().len(), 2);
}

#[test]
fn on_commit_receivers_run_outside_of_the_transaction() {
    signal! {
        outer(journal: &Arc<Journal>);
        inner(name: &str, journal: &Arc<Journal>);
    }

    #[receiver(inner, on_commit)]
    fn hears(name: &str, journal: &Arc<Journal>) {
        journal.note(format!("hears {name}"));
    }

    #[receiver(outer, on_commit)]
    fn a_sends(journal: &Arc<Journal>) -> Result<(), SendError> {
        assert!(!transaction::is_open());
        inner.send(Inner {
            name: "at once",
            journal,
        })?;
        journal.note("a");
        Ok(())
    }

    #[receiver(outer, on_commit)]
    fn b_opens_one_of_its_own(journal: &Arc<Journal>) -> Result<(), SendError> {
        transaction::scope(|| {
            inner.send(Inner {
                name: "its own",
                journal,
            })?;
            journal.note("b");
            Ok::<_, SendError>(())
        })?;
        Ok(())
    }

    #[receiver(outer, on_commit)]
    async fn c_opens_one_of_its_own(journal: &Arc<Journal>) -> Result<(), SendError> {
        let work = async {
            yield_now().await;
            inner
                .send_async(Inner {
                    name: "its own",
                    journal,
                })
                .await?;
            journal.note("c");
            Ok::<_, SendError>(())
        };
        transaction::scope_async(work).await?;
        Ok(())
    }

    #[receiver(outer, on_commit)]
    fn d_registers(journal: &Arc<Journal>) -> Result<(), signals_core::BoxError> {
        let again = Arc::clone(journal);
        transaction::on_commit(move || again.note("registered"))?;
        transaction::on_rollback(|| -> () { panic!("nothing is open") });
        journal.note("d");
        Ok(())
    }

    let expected = [
        "hears at once",
        "a",
        "b",
        "hears its own",
        "c",
        "hears its own",
        "registered",
        "d",
    ];
    let journal = &Arc::new(Journal::new());
    let send = || outer.send(Outer { journal });
    assert!(transaction::scope(send).unwrap().errors.is_empty());
    assert_eq!(journal.take(), expected);
    let committed = block_on(transaction::scope_async(async { send() }));
    assert!(committed.unwrap().errors.is_empty());
    assert_eq!(journal.take(), expected);
    // The outermost commit counts.
    let inner_scope = || transaction::scope(send).map(drop);
    assert!(transaction::scope(inner_scope).unwrap().errors.is_empty());
    assert_eq!(journal.take(), expected);
}

#[test]
fn on_commit_receivers_connect_and_disconnect() {
    signal! {
        turned(journal: &Arc<Journal>);
    }

    static CONNECTIONS: Mutex<Vec<signals_core::Connection>> = Mutex::new(Vec::new());

    #[receiver(turned, on_commit)]
    fn connects() {
        let connection = turned.connect(|sent| sent.journal.note("connected"));
        CONNECTIONS.lock().unwrap().push(connection);
    }

    #[receiver(turned, on_commit, dispatch_uid = "once")]
    fn disconnects(journal: &Arc<Journal>) {
        journal.note(format!("once, {}", turned.disconnect("once")));
    }

    let journal = &Arc::new(Journal::new());
    let send = || turned.send(Turned { journal });
    // What waits is not taken back: it was sent.
    transaction::scope(|| send().and(send())).unwrap();
    assert_eq!(journal.take(), ["once, true", "once, false"]);
    transaction::scope(send).unwrap();
    // Connected at run time, a receiver runs within the send.
    assert_eq!(journal.take(), ["connected", "connected"]);
    CONNECTIONS.lock().unwrap().clear();
}

#[test]
fn a_circle_of_commits_ends_in_an_error() {
    signal! {
        circled(depth: &Arc<AtomicU32>);
        circled_async(depth: &Arc<AtomicU32>);
        circled_back(depth: &Arc<AtomicU32>);
    }

    #[receiver(circled, on_commit)]
    fn again(depth: &Arc<AtomicU32>) -> Result<(), BoxError> {
        depth.fetch_add(1, Ordering::Relaxed);
        let committed = transaction::scope(|| circled.send(Circled { depth }))?;
        first(committed.errors)
    }

    fn first(errors: Vec<ReceiverError>) -> Result<(), BoxError> {
        errors
            .into_iter()
            .next()
            .map_or(Ok(()), |error| Err(error.into()))
    }

    #[receiver(circled_async, on_commit)]
    async fn again_async(depth: &Arc<AtomicU32>) -> Result<(), BoxError> {
        again_boxed(Arc::clone(depth)).await
    }

    fn again_boxed(depth: Arc<AtomicU32>) -> BoxFuture<'static, Result<(), BoxError>> {
        Box::pin(async move {
            depth.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            let depth = &depth;
            let send = circled_async.send_async(CircledAsync { depth });
            first(transaction::scope_async(send).await?.errors)
        })
    }

    #[receiver(circled_back, on_rollback)]
    fn again_back(depth: &Arc<AtomicU32>) -> Result<(), BoxError> {
        depth.fetch_add(1, Ordering::Relaxed);
        let transaction = Transaction::begin();
        let send = || circled_back.send(CircledBack { depth });
        transaction.scope().run(send)?;
        Ok(transaction.rolled_back()?)
    }

    fn innermost<'e>(error: &'e (dyn std::error::Error + 'static)) -> &'e SendErrorKind {
        let mut error = error;
        while let Some(source) = error.source() {
            error = source;
        }
        error.downcast_ref::<SendError>().unwrap().kind()
    }

    within(60, || {
        let depth = &Arc::new(AtomicU32::new(0));
        let check = |errors: &[ReceiverError]| {
            let SendErrorKind::Recursion { signal, chain, .. } = innermost(&errors[0]) else {
                panic!("{errors:?}");
            };
            assert!(signal.contains("circled"));
            assert!(chain.len() > 1, "{chain:?}");
            let depth = depth.swap(0, Ordering::Relaxed);
            assert!((30..=64).contains(&depth), "{depth}");
        };
        let committed = transaction::scope(|| circled.send(Circled { depth }));
        check(&committed.unwrap().errors);
        let send = circled_async.send_async(CircledAsync { depth });
        check(&block_on(transaction::scope_async(send)).unwrap().errors);
        let transaction = Transaction::begin();
        let send = || circled_back.send(CircledBack { depth }).unwrap();
        transaction.scope().run(send);
        check(transaction.rolled_back().unwrap_err().errors());
    });
}
