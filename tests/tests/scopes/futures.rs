//! Futures: a scope goes where its future goes, and nowhere else.

use std::future::Future;
use std::pin::pin;

use signals_core::transaction::{self, Transaction};
use signals_core::{Scope, in_current_scope, state};
use signals_tests::{block_on, poll_once, within, yield_now};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use super::{Layer, assert_clean, innermost};

/// Sees its own state alone, before and after each pause.
async fn alone(number: u32) {
    assert_eq!(innermost(), None);
    for turn in 0..5 {
        let own = state::scoped(Layer(number + turn));
        yield_now().await;
        assert_eq!(innermost(), Some(number + turn));
        let inner = Scope::current().with_state(Layer(number + 50));
        inner
            .run_async(async {
                yield_now().await;
                assert_eq!(innermost(), Some(number + 50));
            })
            .await;
        drop(own);
        yield_now().await;
        assert_clean();
    }
}

#[test]
fn futures_of_one_task_do_not_see_each_other() {
    let both = async {
        tokio::join!(
            in_current_scope(alone(100)),
            in_current_scope(alone(200)),
            async {
                for _ in 0..20 {
                    assert_clean();
                    yield_now().await;
                }
            },
        )
    };
    block_on(both);
    assert_clean();
}

#[test]
fn tasks_of_one_thread_do_not_see_each_other() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|number| tokio::spawn(in_current_scope(alone(100 * number))))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    runtime.block_on(LocalSet::new().run_until(async {
        let one = tokio::task::spawn_local(in_current_scope(alone(100)));
        let two = tokio::task::spawn_local(in_current_scope(alone(200)));
        one.await.unwrap();
        two.await.unwrap();
    }));
    assert_clean();
}

#[test]
fn a_future_keeps_its_scope_on_whatever_thread_it_is_polled() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    within(60, move || {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..100)
                .map(|number| {
                    let future = async move {
                        let _own = state::scoped(Layer(number));
                        let mut threads = Vec::new();
                        for _ in 0..50 {
                            tokio::task::yield_now().await;
                            assert_eq!(innermost(), Some(number));
                            threads.push(std::thread::current().id());
                        }
                        threads.dedup();
                        threads.len() > 1
                    };
                    tokio::spawn(Scope::none().run_async(future))
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            for _ in 0..20 {
                tokio::spawn(async { assert_clean() }).await.unwrap();
            }
        });
    });

    // By hand: each poll on a thread of its own.
    let mut future = Box::pin(Scope::none().with_state(Layer(1)).run_async(async {
        for _ in 0..3 {
            assert_eq!(innermost(), Some(1));
            yield_now().await;
        }
    }));
    for turn in 0..4 {
        future = std::thread::spawn(move || {
            assert_eq!(poll_once(future.as_mut()).is_ready(), turn == 3);
            assert_clean();
            future
        })
        .join()
        .unwrap();
    }
}

#[test]
fn a_spawned_task_has_no_scope_unless_asked() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let scope = Scope::none().with_state(Layer(1));
    let work = scope.run_async(async {
        tokio::spawn(async { assert_clean() }).await.unwrap();
        let asked = in_current_scope(async { innermost() });
        assert_eq!(tokio::spawn(asked).await.unwrap(), Some(1));
        let transaction = Transaction::begin();
        let in_transaction = transaction.scope().run_async(async {
            assert!(transaction::is_open());
            let without = tokio::spawn(async { transaction::is_open() });
            let with = tokio::spawn(in_current_scope(async { transaction::is_open() }));
            (without.await.unwrap(), with.await.unwrap())
        });
        assert_eq!(in_transaction.await, (false, true));
        transaction.committed().unwrap();
    });
    runtime.block_on(work);
    assert_clean();
}

#[test]
fn the_scope_is_that_of_the_call_not_of_the_poll() {
    let guard = state::scoped(Layer(1));
    let future = in_current_scope(async { innermost() });
    let inner = state::scoped(Layer(2));
    assert_eq!(block_on(future), Some(1));
    let future = in_current_scope(async { innermost() });
    drop(inner);
    drop(guard);
    assert_eq!(block_on(future), None, "what ended is not there any more");
}

#[test]
fn a_guard_may_outlive_its_future() {
    let kept = block_on(in_current_scope(async { state::scoped(Layer(1)) }));
    assert_clean();
    let other = state::scoped(Layer(2));
    drop(kept);
    assert_eq!(innermost(), Some(2));
    drop(other);
    assert_clean();
}

/// Says whether it is dropped in the scope with that state.
struct Looks(u32);

impl Drop for Looks {
    fn drop(&mut self) {
        assert_eq!(innermost(), Some(self.0));
    }
}

#[test]
fn a_future_is_dropped_in_its_scope() {
    let scope = Scope::none().with_state(Layer(1));
    let pending = async {
        let _looks = Looks(1);
        std::future::pending::<()>().await;
    };
    let mut future = Box::pin(scope.clone().run_async(pending));
    assert!(poll_once(future.as_mut()).is_pending());
    let other = state::scoped(Layer(2));
    drop(future);
    assert_eq!(innermost(), Some(2));
    drop(other);

    // Also when it was never polled.
    let looks = Looks(1);
    drop(scope.clone().run_async(async move { drop(looks) }));
    assert_clean();

    // Also when it has ended, before what comes after it.
    block_on(async {
        scope.clone().run_async(async { drop(Looks(1)) }).await;
        let mut own = pin!(scope.clone().run_async(Holds(Looks(1))));
        poll_once(own.as_mut()).is_ready()
    });
    assert_clean();
}

/// Ready at once, with something to drop.
struct Holds(#[expect(dead_code)] Looks);

impl Future for Holds {
    type Output = ();

    fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        std::task::Poll::Ready(())
    }
}

#[test]
fn a_future_that_panics_leaves_the_scope() {
    let panics = Scope::none().with_state(Layer(1)).run_async(async {
        let _guard = state::scoped(Layer(2));
        yield_now().await;
        assert_eq!(innermost(), Some(2));
        std::panic::resume_unwind(Box::new(()))
    });
    let panics = std::panic::AssertUnwindSafe(|| block_on(panics));
    std::panic::catch_unwind(panics).unwrap_err();
    assert_clean();
}
