//! Many tasks with transactions and states at once.

use std::sync::Arc;

use signals_core::transaction::{self, Transaction};
use signals_core::{BoxError, Scope, in_current_scope, receiver, signal, state};
use signals_tests::{Journal, within};
use tokio::runtime::Builder;
use tokio::task::yield_now;

use super::{Layer, assert_clean};

signal! {
    worked(step: u32, journal: &Arc<Journal>);
}

#[receiver(worked, on_commit)]
async fn committed(step: u32, #[state] layer: &Layer, journal: &Arc<Journal>) {
    yield_now().await;
    journal.note(format!("committed {step} of {}", layer.0));
}

#[receiver(worked, on_rollback)]
fn rolled_back(step: u32, #[state] layer: &Layer, journal: &Arc<Journal>) {
    journal.note(format!("rolled back {step} of {}", layer.0));
}

async fn work(number: u32) {
    let _own = state::scoped(Layer(number));
    let journal = &Arc::new(Journal::new());
    for fails in [false, true] {
        let step = |step| async move {
            yield_now().await;
            let sent = worked.send_async(Worked { step, journal }).await;
            assert_eq!(sent.unwrap().count(), 0);
            yield_now().await;
        };
        let done = transaction::scope_async(async {
            step(1).await;
            let inner = transaction::scope_async(async {
                step(2).await;
                Err::<(), BoxError>("no".into())
            });
            inner.await.unwrap_err();
            // Some of it in a task of its own.
            let shared = Arc::clone(journal);
            let task = tokio::spawn(in_current_scope(async move {
                yield_now().await;
                let payload = Worked {
                    step: 3,
                    journal: &shared,
                };
                worked.send_async(payload).await.unwrap();
            }));
            task.await?;
            step(4).await;
            if fails {
                Err(BoxError::from("no"))
            } else {
                Ok(())
            }
        });
        assert_eq!(done.await.is_err(), fails);
        let end = if fails { "rolled back" } else { "committed" };
        let mut expected = vec![format!("rolled back 2 of {number}")];
        expected.extend([1, 3, 4].map(|step| format!("{end} {step} of {number}")));
        assert_eq!(journal.take(), expected);
    }
}

#[test]
fn a_hundred_tasks_with_transactions_do_not_see_each_other() {
    within(120, || {
        for workers in [1, 2, 4] {
            let mut builder = Builder::new_multi_thread();
            let runtime = builder.worker_threads(workers).build().unwrap();
            runtime.block_on(async {
                let tasks: Vec<_> = (0..100)
                    .map(|number| tokio::spawn(Scope::none().run_async(work(number))))
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
                for _ in 0..50 {
                    tokio::spawn(async { assert_clean() }).await.unwrap();
                }
            });
        }
        assert_clean();
    });
}

/// Threads that share a scope, and one that ends the transaction while they send: each send is
/// heard of exactly once, at once or by the commit.
#[test]
fn a_commit_while_other_threads_send_loses_nothing() {
    signal! {
        counted(name: u32, journal: &Arc<Journal>);
    }

    #[receiver(counted, on_commit)]
    fn sync(name: u32, journal: &Arc<Journal>) {
        journal.note(name);
    }

    #[receiver(counted, on_commit)]
    async fn asynchronous(name: u32, journal: &Arc<Journal>) {
        journal.note(name);
    }

    within(120, || {
        for _ in 0..50 {
            let journal = &Arc::new(Journal::new());
            let outer = Transaction::begin();
            let transaction = outer.savepoint();
            let scope = transaction.scope();
            std::thread::scope(|threads| {
                for thread in 0..4 {
                    let scope = scope.clone();
                    threads.spawn(move || {
                        for send in 0..25 {
                            let name = thread * 100 + send;
                            let payload = Counted { name, journal };
                            scope.clone().run(|| counted.send(payload)).unwrap();
                        }
                    });
                }
                std::thread::yield_now();
                transaction.committed().unwrap();
                std::thread::yield_now();
                outer.committed().unwrap();
            });
            let mut lines = journal.take();
            assert_eq!(lines.len(), 2 * 100);
            lines.sort_unstable();
            lines.dedup();
            assert_eq!(lines.len(), 100);
        }
    });
}
