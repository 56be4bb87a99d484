//! `transaction::set_executor` is for the whole program, so its tests are one of their own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signals_core::transaction::{self, Transaction};
use signals_core::{BoxFuture, receiver, signal};
use signals_tests::{Journal, block_on, logs, poll_once, yield_now};

signal! {
    ended(journal: &Arc<Journal>);
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn one(journal: &Arc<Journal>) {
    yield_now().await;
    journal.note("one");
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn two(journal: &Arc<Journal>) {
    journal.note("two");
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn three(journal: &Arc<Journal>) -> Result<(), &'static str> {
    yield_now().await;
    journal.note("three");
    Err("three failed")
}

#[derive(Default)]
struct Executor {
    futures: Vec<BoxFuture<'static, ()>>,
    panics: bool,
}

static EXECUTOR: Mutex<Executor> = Mutex::new(Executor {
    futures: Vec::new(),
    panics: false,
});

fn executor() -> MutexGuard<'static, Executor> {
    EXECUTOR.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn(future: BoxFuture<'static, ()>) {
    if executor().panics {
        std::panic::resume_unwind(Box::new("no more"));
    }
    executor().futures.push(future);
}

fn opened(journal: &Arc<Journal>) -> Transaction {
    let transaction = Transaction::begin();
    let send = || ended.send(Ended { journal }).unwrap();
    transaction.scope().run(send);
    transaction
}

/// What the executor was given, and what was logged.
fn given() -> (Vec<BoxFuture<'static, ()>>, usize) {
    let futures = std::mem::take(&mut executor().futures);
    (futures, logs::take().len())
}

/// In one, for there is one executor.
#[test]
fn the_executor_gets_what_is_left_to_run() {
    logs::record();
    what_is_run_to_completion_is_lost_without_one();
    transaction::set_executor(spawn).unwrap();
    let error = transaction::set_executor(|_| unreachable!()).unwrap_err();
    assert!(error.to_string().contains("set already"), "{error}");
    let journal = &Arc::new(Journal::new());
    let run = |count| {
        let (futures, _) = given();
        assert_eq!(futures.len(), count);
        futures.into_iter().for_each(block_on);
    };

    // Nothing is left of what is awaited to its end.
    block_on(opened(journal).committed_async()).unwrap_err();
    opened(journal).committed().unwrap_err();
    assert_eq!(
        journal.take(),
        ["one", "two", "three", "one", "two", "three"]
    );
    assert_eq!(given().1, 2);

    // Before the first poll, while one is awaited, by a rollback, by a drop.
    drop(opened(journal).committed_async());
    run(1);
    assert_eq!(journal.take(), ["one", "two", "three"]);
    assert_eq!(logs::take().len(), 1, "who fails there is logged");
    for mut ending in [
        Box::pin(opened(journal).committed_async()) as BoxFuture<'_, _>,
        Box::pin(opened(journal).rolled_back_async()),
    ] {
        assert!(poll_once(ending.as_mut()).is_pending());
        drop(ending);
        assert!(journal.is_empty());
        run(1);
        assert_eq!(journal.take(), ["one", "two", "three"]);
    }
    drop(opened(journal));
    run(1);
    assert_eq!(journal.take(), ["one", "two", "three"]);

    // It goes before the runtime, and gets what a plain commit cannot wait for.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        opened(journal).committed().unwrap();
        assert_eq!(journal.take(), ["two"]);
        drop(opened(journal).committed_async());
    });
    logs::take();
    run(3);
    assert_eq!(journal.take(), ["one", "three", "one", "two", "three"]);

    // It drops what it was given: once is enough.
    drop(opened(journal).committed_async());
    logs::take();
    drop(given().0);
    assert_eq!(journal.take(), ["two"]);
    assert_eq!(logs::take().len(), 2, "those that are lost");
    let mut ending = Box::pin(opened(journal).committed_async());
    assert!(poll_once(ending.as_mut()).is_pending());
    drop(ending);
    let (mut futures, _) = given();
    assert!(poll_once(futures[0].as_mut()).is_pending());
    assert_eq!(journal.take(), ["one", "two"]);
    drop(futures);
    assert!(journal.is_empty());
    assert_eq!(logs::take().len(), 1);

    // It panics.
    executor().panics = true;
    drop(opened(journal).committed_async());
    assert_eq!(journal.take(), ["two"]);
    assert_eq!(logs::take().len(), 3);
    runtime.block_on(async { opened(journal).committed().unwrap() });
    assert_eq!(journal.take(), ["two"]);
    assert_eq!(logs::take().len(), 4, "two panics, two that are lost");
    // During another panic.
    let panics = || {
        let _committed = opened(journal).committed_async();
        std::panic::resume_unwind(Box::new("first"));
    };
    let panic: Box<dyn std::any::Any + Send> =
        catch_unwind(AssertUnwindSafe(|| -> () { panics() })).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "first");
    assert_eq!(journal.take(), ["two"]);
    assert_eq!(Arc::strong_count(journal), 1);
    executor().panics = false;

    what_it_has_is_counted_until_it_has_run(journal);
    what_is_run_to_completion_is_handed_over_once_it_has_begun(journal);
}

/// Notes when it begins and when it ends.
fn work(journal: &Arc<Journal>) -> impl Future<Output = u8> + Send + 'static {
    let journal = Arc::clone(journal);
    async move {
        journal.note("begins");
        yield_now().await;
        journal.note("ends");
        7
    }
}

fn what_is_run_to_completion_is_lost_without_one() {
    let journal = &Arc::new(Journal::new());
    let complete = || Box::pin(transaction::run_to_completion(work(journal), drop));
    assert_eq!(block_on(complete()), 7);
    drop(complete());
    assert!(logs::take().is_empty(), "it has not begun");
    let mut begun = complete();
    assert!(poll_once(begun.as_mut()).is_pending());
    drop(begun);
    assert_eq!(journal.take(), ["begins", "ends", "begins"]);
    let logged = logs::take();
    assert_eq!(logged.len(), 1);
    assert!(logged[0].message.contains("set_executor"), "{logged:?}");
}

fn what_is_run_to_completion_is_handed_over_once_it_has_begun(journal: &Arc<Journal>) {
    let complete = || {
        let unheard = Arc::clone(journal);
        let note = move |result: u8| unheard.note(format!("unheard {result}"));
        Box::pin(transaction::run_to_completion(work(journal), note))
    };
    assert_eq!(block_on(complete()), 7);
    drop(complete());
    assert_eq!(journal.take(), ["begins", "ends"]);
    assert!(given().0.is_empty());

    let mut begun = complete();
    assert!(poll_once(begun.as_mut()).is_pending());
    drop(begun);
    assert_eq!(transaction::under_way(), 1);
    let (futures, logged) = given();
    assert_eq!((futures.len(), logged), (1, 0));
    futures.into_iter().for_each(block_on);
    assert_eq!(journal.take(), ["begins", "ends", "unheard 7"]);
    assert_eq!(transaction::under_way(), 0);

    // An executor that stops drops it.
    let mut begun = complete();
    assert!(poll_once(begun.as_mut()).is_pending());
    drop(begun);
    drop(given().0);
    assert_eq!(journal.take(), ["begins"]);
    let logged = logs::take();
    assert_eq!(logged.len(), 1);
    assert!(logged[0].message.contains("has stopped"), "{logged:?}");
    assert_eq!(transaction::under_way(), 0);

    // What has panicked is not handed over.
    let mut panics = Box::pin(transaction::run_to_completion(
        async { std::panic::resume_unwind(Box::new("first")) },
        |()| unreachable!(),
    ));
    catch_unwind(AssertUnwindSafe(|| poll_once(panics.as_mut()))).unwrap_err();
    assert!(poll_once(panics.as_mut()).is_pending());
    drop(panics);
    assert!(given().0.is_empty());
}

fn what_it_has_is_counted_until_it_has_run(journal: &Arc<Journal>) {
    assert_eq!(transaction::under_way(), 0, "whatever became of it");
    block_on(transaction::flush());

    for _ in 0..3 {
        drop(opened(journal).committed_async());
    }
    let mut futures = given().0;
    assert_eq!(transaction::under_way(), 3);
    let (mut flushed, mut given_up) = (Box::pin(transaction::flush()), transaction::flush());
    assert!(poll_once(flushed.as_mut()).is_pending());
    assert!(poll_once(Pin::new(&mut given_up)).is_pending());
    drop(given_up);

    // Run to its end, dropped before it began, dropped while it waits.
    block_on(futures.remove(0));
    assert_eq!(transaction::under_way(), 2);
    drop(futures.remove(0));
    assert_eq!(transaction::under_way(), 1);
    assert!(poll_once(futures[0].as_mut()).is_pending());
    assert!(poll_once(flushed.as_mut()).is_pending());

    // Who waits is woken, and finds that all has run.
    let waits = std::thread::spawn(move || {
        block_on(flushed);
        transaction::under_way()
    });
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert!(!waits.is_finished());
    drop(futures);
    assert_eq!(waits.join().unwrap(), 0);
    journal.take();
}
