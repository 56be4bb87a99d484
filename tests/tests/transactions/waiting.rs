//! A plain commit with async receivers: waited for where that is possible, and else run later.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use signals_core::transaction::{self, Transaction};
use signals_core::{SendError, receiver, runtime, signal};
use signals_tests::{Journal, logs, within};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_blocking};

signal! {
    done(journal: &Arc<Journal>);
}

#[receiver(done, on_commit)]
#[receiver(done, on_rollback)]
fn one(journal: &Arc<Journal>) {
    journal.note("one");
}

/// Ends only if a runtime is driven by somebody.
#[receiver(done, on_commit)]
#[receiver(done, on_rollback)]
async fn two(journal: &Arc<Journal>) -> Result<(), tokio::task::JoinError> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    tokio::spawn(tokio::task::yield_now()).await?;
    journal.note("two");
    Ok(())
}

#[receiver(done, on_commit)]
#[receiver(done, on_rollback)]
fn three(journal: &Arc<Journal>) {
    journal.note("three");
}

#[receiver(done, on_commit)]
#[receiver(done, on_rollback)]
async fn four(journal: &Arc<Journal>) -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    journal.note("four");
    Err("four failed")
}

fn both(test: impl Fn(&dyn Fn(&Arc<Journal>) -> usize)) {
    let opened = |journal: &Arc<Journal>| {
        let transaction = Transaction::begin();
        let send = || done.send(Done { journal }).unwrap();
        transaction.scope().run(send);
        transaction
    };
    let failed = |ended: Result<(), transaction::CallbackErrors>| {
        ended.map_or_else(|errors| errors.errors().len(), |()| 0)
    };
    test(&|journal| failed(opened(journal).committed()));
    test(&|journal| failed(opened(journal).rolled_back()));
}

/// All run before it returns.
fn waits() {
    both(|end| {
        logs::record();
        let journal = &Arc::new(Journal::new());
        assert_eq!(end(journal), 1);
        assert_eq!(journal.take(), ["one", "two", "three", "four"]);
        assert_eq!(logs::take().len(), 1);
    });
}

/// Those who can be called are; the others follow, on the runtime.
async fn follow() {
    let journals = Mutex::new(Vec::new());
    both(|end| {
        let journal = Arc::new(Journal::new());
        assert_eq!(end(&journal), 0, "nobody has failed yet");
        assert!(journal.len() >= 2, "the runtime's own thread may be faster");
        journals.lock().unwrap().push(journal);
    });
    for journal in journals.into_inner().unwrap() {
        while journal.len() < 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut lines = journal.take();
        let place = |line: &str| lines.iter().position(|other| other == line);
        assert!(place("one") < place("three"));
        lines.sort_unstable();
        assert_eq!(lines, ["four", "one", "three", "two"]);
    }
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

const SECONDS: u64 = 60;

#[test]
fn a_commit_without_a_runtime_waits() {
    within(SECONDS, waits);
}

#[test]
fn a_commit_on_a_multi_thread_runtime_waits() {
    within(SECONDS, || {
        multi_thread().block_on(async {
            waits();
            tokio::spawn(async { waits() }).await.unwrap();
            spawn_blocking(waits).await.unwrap();
        });
    });
}

#[test]
fn a_commit_on_a_current_thread_runtime_leaves_async_receivers_to_it() {
    within(SECONDS, || {
        current_thread().block_on(async {
            follow().await;
            tokio::spawn(follow()).await.unwrap();
            // Said so, it waits.
            spawn_blocking(|| runtime::may_block(waits)).await.unwrap();
        });
    });
}

#[test]
fn a_commit_in_spawn_blocking_of_a_current_thread_runtime_leaves_async_receivers_to_it() {
    within(SECONDS, || {
        let runtime = current_thread();
        let handle = runtime.handle().clone();
        runtime.block_on(async move {
            let follow = move || {
                let _entered = handle.enter();
                signals_tests::block_on(follow());
            };
            spawn_blocking(follow).await.unwrap();
        });
    });
}

#[test]
fn a_commit_in_a_local_set_leaves_async_receivers_to_the_runtime() {
    within(SECONDS, || {
        current_thread().block_on(LocalSet::new().run_until(follow()));
        multi_thread().block_on(LocalSet::new().run_until(follow()));
    });
}

#[test]
fn a_commit_waits_for_before_commit_receivers_or_fails() {
    signal! {
        prepared(journal: &Arc<Journal>);
    }

    #[receiver(prepared, before_commit)]
    async fn prepares(journal: &Arc<Journal>) {
        tokio::task::yield_now().await;
        journal.note("prepared");
    }

    #[receiver(prepared, on_rollback)]
    fn undone(journal: &Arc<Journal>) {
        journal.note("undone");
    }

    within(SECONDS, || {
        let journal = &Arc::new(Journal::new());
        let send = || prepared.send(Prepared { journal });
        transaction::scope(send).unwrap();
        assert_eq!(journal.take(), ["prepared"]);
        multi_thread().block_on(async { transaction::scope(send).unwrap() });
        assert_eq!(journal.take(), ["prepared"]);
        current_thread().block_on(async {
            let error = transaction::scope(send).unwrap_err();
            assert!(error.to_string().contains("prepares"), "{error}");
            assert_eq!(journal.take(), ["undone"]);
            transaction::scope_async(async { send() }).await.unwrap();
            assert_eq!(journal.take(), ["prepared"]);
        });
    });
}

/// The transaction is over before it is the async receiver's turn.
#[test]
fn a_transaction_that_ends_during_a_send_leaves_on_commit_receivers_to_the_send() {
    type Slot = Mutex<Option<Transaction>>;

    signal! {
        ending(slot: &Slot, journal: &Arc<Journal>);
    }

    #[receiver(ending, on_commit, priority = 1)]
    fn waited(journal: &Arc<Journal>) {
        journal.note("waited");
    }

    #[receiver(ending)]
    fn commits(slot: &Slot) {
        let transaction = slot.lock().unwrap().take().unwrap();
        transaction.committed().unwrap();
    }

    #[receiver(ending, on_commit, priority = -1)]
    async fn too_late(journal: &Arc<Journal>) {
        tokio::task::yield_now().await;
        journal.note("at once");
    }

    fn run<R>(journal: &Arc<Journal>, send: impl FnOnce(Ending<'_>) -> R) -> R {
        let transaction = Transaction::begin();
        let scope = transaction.scope();
        let slot = &Mutex::new(Some(transaction));
        scope.run(|| send(Ending { slot, journal }))
    }

    within(SECONDS, || {
        let journal = &Arc::new(Journal::new());
        let each = || {
            run(journal, |payload| ending.send(payload).unwrap());
            assert_eq!(journal.take(), ["waited", "at once"]);
            assert!(run(journal, |payload| ending.send_robust(payload)).is_ok());
            assert_eq!(journal.take(), ["waited", "at once"]);
            run(journal, |payload| ending.pull(payload).for_each(drop));
            assert_eq!(journal.take(), ["waited", "at once"]);
        };
        each();
        multi_thread().block_on(async { each() });
        run(journal, |payload| {
            signals_tests::block_on(ending.send_async(payload)).unwrap()
        });
        assert_eq!(journal.take(), ["waited", "at once"]);
        run(journal, |payload| {
            signals_tests::block_on(ending.concurrent().send_async(payload)).unwrap()
        });
        assert_eq!(journal.take(), ["waited", "at once"]);
        current_thread().block_on(async {
            let error: SendError = run(journal, |payload| ending.send(payload)).unwrap_err();
            assert!(error.receiver().unwrap().path().ends_with("too_late"));
            assert_eq!(journal.take(), ["waited"]);
        });
    });
}
