//! A plain `send` that meets async receivers runs them all, or is refused before anybody ran. It
//! never hangs, and never does half of it (Q10).

use std::sync::Arc;

use signals_core::{SendErrorKind, receiver, runtime, signal};
use signals_tests::{Journal, logs, within};
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_blocking};

signal! {
    waited(journal: &Journal) -> u32;
}

#[receiver(waited)]
fn before(journal: &Journal) -> u32 {
    journal.note("before");
    1
}

/// Ends only if the runtime around it is driven by somebody.
#[receiver(waited)]
async fn needs_a_runtime(journal: &Journal) -> Result<u32, tokio::task::JoinError> {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    let answer = tokio::spawn(async {
        tokio::task::yield_now().await;
        2
    })
    .await?;
    journal.note("async");
    Ok(answer)
}

#[receiver(waited)]
fn after(journal: &Journal) -> u32 {
    journal.note("after");
    3
}

const ALL: [&str; 3] = ["before", "async", "after"];

/// All three ways to send without awaiting do everything.
fn runs() {
    let journal = &Journal::new();
    let sent = waited.send(Waited { journal }).unwrap();
    assert_eq!(sent.into_answers().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(journal.take(), ALL);

    let robust = waited.send_robust(Waited { journal });
    assert!(robust.refused().is_none());
    assert_eq!(robust.answers().collect::<Vec<_>>(), [&1, &2, &3]);
    assert_eq!(journal.take(), ALL);

    let pulled: Vec<u32> = waited.pull(Waited { journal }).collect().unwrap();
    assert_eq!(pulled, [1, 2, 3]);
    assert_eq!(journal.take(), ALL);
}

/// All three are refused, and nobody was called.
fn refused() {
    let journal = &Journal::new();
    let error = waited.send(Waited { journal }).unwrap_err();
    let SendErrorKind::AsyncReceiver {
        signal, receiver, ..
    } = error.kind()
    else {
        panic!("{error}");
    };
    assert_eq!(*signal, waited.info().name());
    assert!(receiver.path().ends_with("runtimes::needs_a_runtime"));
    for part in ["waited", "needs_a_runtime", "runtimes.rs:", "send_async"] {
        let message = error.to_string();
        assert!(message.contains(part), "{part} is missing in: {message}");
    }

    logs::record();
    let robust = waited.send_robust(Waited { journal });
    assert!(robust.is_empty() && !robust.is_ok());
    let error = robust.refused().unwrap();
    assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
    let records = logs::take();
    let records: Vec<_> = records
        .iter()
        .filter(|r| r.target == "signals.dispatch")
        .collect();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].level, log::Level::Error);

    let pulled = waited.pull(Waited { journal }).first();
    assert!(matches!(
        pulled.unwrap_err().kind(),
        SendErrorKind::AsyncReceiver { .. }
    ));
    assert!(journal.is_empty());
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_time()
        .build()
        .unwrap()
}

const SECONDS: u64 = 60;

#[test]
fn sg18_without_a_runtime_it_runs() {
    within(SECONDS, runs);
}

#[test]
fn sg18_without_a_runtime_but_within_another_executor_it_runs() {
    within(SECONDS, || signals_tests::block_on(async { runs() }));
}

#[test]
fn sg18_on_a_current_thread_runtime_it_is_refused() {
    within(SECONDS, || {
        current_thread().block_on(async {
            refused();
            tokio::spawn(async { refused() }).await.unwrap();
        });
    });
}

#[test]
fn sg18_on_a_multi_thread_runtime_it_runs() {
    within(SECONDS, || {
        multi_thread(2).block_on(async {
            runs();
            tokio::spawn(async { runs() }).await.unwrap();
        });
    });
}

#[test]
fn sg18_on_a_multi_thread_runtime_of_one_worker_it_runs() {
    within(SECONDS, || {
        let runtime = multi_thread(1);
        // Two at once, on one worker.
        runtime.block_on(async {
            let tasks = [
                tokio::spawn(async { runs() }),
                tokio::spawn(async { runs() }),
            ];
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}

#[test]
fn sg18_in_spawn_blocking_of_a_multi_thread_runtime_it_runs() {
    within(SECONDS, || {
        multi_thread(1).block_on(async { spawn_blocking(runs).await.unwrap() });
    });
}

#[test]
fn sg18_in_spawn_blocking_of_a_current_thread_runtime_it_is_refused_unless_told() {
    within(SECONDS, || {
        current_thread().block_on(async {
            spawn_blocking(refused).await.unwrap();
            spawn_blocking(|| runtime::may_block(runs)).await.unwrap();
            // Said for a while only.
            spawn_blocking(|| {
                runtime::may_block(|| ());
                refused();
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn sg18_in_a_local_set_it_is_refused() {
    within(SECONDS, || {
        let in_local_set = async {
            refused();
            tokio::task::spawn_local(async { refused() }).await.unwrap();
        };
        current_thread().block_on(LocalSet::new().run_until(in_local_set));
    });
    within(SECONDS, || {
        let in_local_set = async {
            refused();
            tokio::task::spawn_local(async { refused() }).await.unwrap();
            // Where it may block, it still runs.
            spawn_blocking(runs).await.unwrap();
        };
        multi_thread(1).block_on(LocalSet::new().run_until(in_local_set));
    });
}

#[test]
fn sg18_on_a_thread_that_only_knows_a_runtime() {
    within(SECONDS, || {
        let runtime = multi_thread(1);
        let _entered = runtime.enter();
        runs();
    });
    within(SECONDS, || {
        let runtime = current_thread();
        let _entered = runtime.enter();
        refused();
    });
}

#[test]
fn sg18_in_block_in_place_it_runs() {
    within(SECONDS, || {
        multi_thread(1).block_on(async {
            tokio::spawn(async { tokio::task::block_in_place(runs) })
                .await
                .unwrap();
        });
    });
}

#[test]
fn sg18_where_it_may_block_it_runs_without_a_runtime_too() {
    within(SECONDS, || runtime::may_block(runs));
}

#[test]
fn sg18_on_a_thread_that_drives_a_runtime_it_is_refused_whatever_was_told() {
    let told = || runtime::may_block(refused);
    within(SECONDS, move || {
        current_thread().block_on(async { told() });
        multi_thread(1).block_on(LocalSet::new().run_until(async { told() }));
    });
}

#[test]
fn may_block_ends_on_a_panic_too() {
    within(SECONDS, || {
        current_thread().block_on(async {
            spawn_blocking(|| {
                let panics = || runtime::may_block(|| panic!("inside"));
                std::panic::catch_unwind(panics).unwrap_err();
                refused();
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn an_async_receiver_of_another_sender_or_condition_is_in_nobodys_way() {
    signal! {
        quiet(sender, journal: &Journal);
    }
    struct Other;

    #[receiver(quiet, sender = Other)]
    async fn elsewhere() {}

    #[receiver(quiet)]
    fn here(journal: &Journal) {
        journal.note("here");
    }

    within(SECONDS, || {
        current_thread().block_on(async {
            let journal = &Journal::new();
            let sender = signals_core::Sender::none();
            quiet.send(Quiet { sender, journal }).unwrap();
            assert_eq!(journal.take(), ["here"]);
            let sender = signals_core::Sender::of::<Other>();
            quiet.send(Quiet { sender, journal }).unwrap_err();
            assert!(journal.is_empty());
        });
    });
}

#[test]
fn a_receiver_connected_at_run_time_counts_too() {
    signal! {
        later(journal: &Journal);
    }
    async fn of_owner(_owner: Arc<()>, sent: &Later<'_>) {
        sent.journal.note("of owner");
    }
    async fn listens(sent: &Later<'_>) {
        sent.journal.note("async");
    }
    within(SECONDS, || {
        let owner = Arc::new(());
        let connections = [
            later.connect(|sent| sent.journal.note("sync")),
            later.connect_async(listens),
        ];
        later.connect_async_weak(&owner, of_owner);
        let journal = &Journal::new();
        later.send(Later { journal }).unwrap();
        assert_eq!(journal.take(), ["sync", "async", "of owner"]);
        current_thread().block_on(async {
            later.send(Later { journal }).unwrap_err();
            assert!(journal.is_empty());
            drop(owner);
            drop(connections);
            later.send(Later { journal }).unwrap();
        });
    });
}

#[test]
fn a_dead_owner_keeps_no_send_from_running() {
    signal! {
        told() -> u32;
    }
    async fn of_owner(_owner: Arc<()>, _: &Told) -> u32 {
        1
    }
    let ways: [fn() -> usize; 3] = [
        || told.send(Told {}).unwrap().len(),
        || told.send_robust(Told {}).answers().count(),
        || told.pull(Told {}).collect::<Vec<u32>>().unwrap().len(),
    ];
    for send in ways {
        within(SECONDS, move || {
            current_thread().block_on(async {
                let owner = Arc::new(());
                told.connect_async_weak(&owner, of_owner);
                assert!(told.send(Told {}).is_err(), "as long as it is there");
                drop(owner);
                assert_eq!(send(), 0);
            });
        });
    }
}
