//! The future that ends a transaction is dropped: the rest runs to its end elsewhere, each receiver
//! exactly once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use signals_core::transaction::{self, Transaction};
use signals_core::{BoxError, Scope, SendError, receiver, signal, state};
use signals_tests::{Journal, Waiter, logs, poll_once, within};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

signal! {
    ended(name: &str, door: &Arc<Waiter>, journal: &Arc<Journal>);
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn a(name: &str, journal: &Arc<Journal>) {
    journal.note(format!("a {name}"));
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn b(name: &str, door: &Arc<Waiter>, journal: &Arc<Journal>) {
    journal.note(format!("b {name} begins"));
    door.wait().await;
    journal.note(format!("b {name}"));
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
fn c(name: &str, journal: &Arc<Journal>) {
    assert!(!transaction::is_open());
    journal.note(format!("c {name}"));
}

#[receiver(ended, on_commit)]
#[receiver(ended, on_rollback)]
async fn d(name: &str, journal: &Arc<Journal>) {
    yield_now().await;
    journal.note(format!("d {name}"));
}

#[derive(Clone, Default)]
struct World {
    door: Arc<Waiter>,
    journal: Arc<Journal>,
}

impl World {
    fn send(&self, name: &str) -> Result<(), SendError> {
        let World { door, journal } = self;
        ended
            .send(Ended {
                name,
                door,
                journal,
            })
            .map(drop)
    }

    fn opened(&self) -> Transaction {
        let transaction = Transaction::begin();
        transaction.scope().run(|| self.send("1").unwrap());
        transaction
    }

    async fn lines(&self, count: usize) -> Vec<String> {
        while self.journal.len() < count {
            yield_now().await;
        }
        for _ in 0..10 {
            yield_now().await;
        }
        self.journal.take()
    }
}

type Ending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A way to end a transaction that can be dropped.
type Way = fn(World) -> Ending;

const COMMITTED: Way = |world| {
    let committed = world.opened().committed_async();
    Box::pin(async { committed.await.unwrap() })
};
const ROLLED_BACK: Way = |world| {
    let rolled_back = world.opened().rolled_back_async();
    Box::pin(async { rolled_back.await.unwrap() })
};
const SCOPE: Way = |world| {
    Box::pin(async move {
        let committed = transaction::scope_async(async { world.send("1") }).await;
        assert!(committed.unwrap().errors.is_empty());
    })
};
const FAILING_SCOPE: Way = |world| {
    Box::pin(async move {
        let work = async {
            world.send("1")?;
            Err::<(), BoxError>("no".into())
        };
        transaction::scope_async(work).await.unwrap_err();
    })
};
const WAYS: [Way; 4] = [COMMITTED, ROLLED_BACK, SCOPE, FAILING_SCOPE];

const ALL: [&str; 5] = ["a 1", "b 1 begins", "b 1", "c 1", "d 1"];

#[test]
fn on_commit_receivers_run_when_the_commit_was_never_polled() {
    within(60, || {
        current_thread().block_on(async {
            let world = World::default();
            world.door.open();
            for way in [COMMITTED, ROLLED_BACK] {
                drop(way(world.clone()));
                assert_eq!(world.lines(5).await, ALL);
            }
            // These had not begun.
            for way in [SCOPE, FAILING_SCOPE] {
                drop(way(world.clone()));
                assert!(world.lines(0).await.is_empty());
            }
        });
    });
}

#[test]
fn on_commit_receivers_run_when_the_commit_is_dropped_while_one_is_awaited() {
    within(60, || {
        current_thread().block_on(async {
            for way in WAYS {
                let world = World::default();
                let mut ending = way(world.clone());
                assert!(poll_once(ending.as_mut()).is_pending());
                assert_eq!(world.journal.take(), ["a 1", "b 1 begins"]);
                drop(ending);
                assert!(world.lines(0).await.is_empty(), "it goes on where it was");
                world.door.open();
                assert_eq!(world.lines(3).await, ["b 1", "c 1", "d 1"]);
            }
        });
    });
}

#[test]
fn on_commit_receivers_run_wherever_the_commit_is_dropped() {
    signal! {
        yielding(name: u32, journal: &Arc<Journal>);
    }

    #[receiver(yielding, on_commit)]
    async fn one(name: u32, journal: &Arc<Journal>) {
        for _ in 0..name {
            yield_now().await;
        }
        journal.note(format!("one {name}"));
    }

    #[receiver(yielding, on_commit)]
    fn two(name: u32, journal: &Arc<Journal>) {
        journal.note(format!("two {name}"));
    }

    let expected: Vec<_> = (0..4)
        .flat_map(|name| ["one", "two"].map(|who| format!("{who} {name}")))
        .collect();
    within(60, move || {
        current_thread().block_on(async {
            for polls in 0.. {
                let journal = &Arc::new(Journal::new());
                let transaction = Transaction::begin();
                transaction.scope().run(|| {
                    for name in 0..4 {
                        yielding.send(Yielding { name, journal }).unwrap();
                    }
                });
                let mut committed = Box::pin(transaction.committed_async());
                let is_over = (0..polls).any(|_| poll_once(committed.as_mut()).is_ready());
                drop(committed);
                while journal.len() < expected.len() {
                    yield_now().await;
                }
                yield_now().await;
                assert_eq!(journal.take(), expected, "dropped after {polls} polls");
                if is_over {
                    assert_eq!(polls, 7);
                    break;
                }
            }
        });
    });
}

#[test]
fn a_dropped_scope_whose_work_has_not_ended_is_rolled_back() {
    within(60, || {
        current_thread().block_on(async {
            let world = World::default();
            world.door.open();
            let work = async {
                world.send("1")?;
                std::future::pending::<Result<(), SendError>>().await
            };
            let mut scope = Box::pin(transaction::scope_async(work));
            assert!(poll_once(scope.as_mut()).is_pending());
            assert!(world.journal.is_empty());
            drop(scope);
            // `on_rollback`: the sync one at once.
            assert_eq!(world.journal.take(), ["a 1"]);
            assert_eq!(world.lines(4).await, ALL[1..]);
        });
    });
}

/// Two are lost, which is logged; who needs nobody has run.
fn check_lost(world: &World) {
    let mut lines = world.journal.take();
    lines.retain(|line| !line.starts_with('a') && !line.ends_with("begins"));
    assert_eq!(lines, ["c 1"]);
    let records = logs::take();
    let lost = |who: &str| {
        let is_of = |record: &&logs::Logged| {
            record.message.contains(who) && record.message.contains("it is lost")
        };
        records.iter().filter(is_of).count()
    };
    assert_eq!(
        (records.len(), lost("::b "), lost("::d ")),
        (2, 1, 1),
        "{records:?}"
    );
    world.door.open();
    assert!(world.journal.is_empty());
}

#[test]
fn without_a_runtime_sync_on_commit_receivers_run_and_async_ones_are_logged() {
    logs::record();
    for way in WAYS {
        let world = World::default();
        let mut ending = way(world.clone());
        assert!(poll_once(ending.as_mut()).is_pending());
        drop(ending);
        check_lost(&world);
    }
    for way in [COMMITTED, ROLLED_BACK] {
        let world = World::default();
        drop(way(world.clone()));
        check_lost(&world);
    }
    let world = World::default();
    drop(world.opened());
    check_lost(&world);
}

#[test]
fn a_runtime_that_shuts_down_loses_only_async_on_commit_receivers() {
    within(60, || {
        for way in WAYS {
            logs::record();
            // In the task that commits.
            let world = World::default();
            let runtime = current_thread();
            runtime.block_on(async {
                let task = tokio::spawn(way(world.clone()));
                yield_now().await;
                assert!(!task.is_finished());
            });
            drop(runtime);
            check_lost(&world);

            // With the rest handed over, polled or not.
            for polls in 0..3 {
                let world = World::default();
                let runtime = current_thread();
                runtime.block_on(async {
                    let mut ending = way(world.clone());
                    assert!(poll_once(ending.as_mut()).is_pending());
                    drop(ending);
                    for _ in 0..polls {
                        yield_now().await;
                    }
                });
                drop(runtime);
                check_lost(&world);
            }
        }
    });
}

#[test]
fn a_multi_thread_runtime_that_shuts_down_does_not_hang() {
    within(60, || {
        for tasks in [1, 8] {
            let runtime = Builder::new_multi_thread()
                .worker_threads(2)
                .build()
                .unwrap();
            let worlds: Vec<_> = (0..tasks * WAYS.len()).map(|_| World::default()).collect();
            for (world, way) in worlds.iter().zip(WAYS.iter().cycle()) {
                runtime.spawn(way(world.clone()));
            }
            for world in &worlds {
                while world.journal.len() < 2 {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            drop(runtime);
            for world in &worlds {
                assert_eq!(world.journal.take(), ["a 1", "b 1 begins", "c 1"]);
            }
        }
    });
}

#[test]
fn what_is_left_runs_in_the_scope_of_who_committed() {
    signal! {
        mailed(journal: &Arc<Journal>);
    }

    struct Host(&'static str);

    #[receiver(mailed, on_commit)]
    async fn waits() {
        yield_now().await;
    }

    #[receiver(mailed, on_commit)]
    #[receiver(mailed, on_rollback)]
    fn mails(#[state] host: &Host, journal: &Arc<Journal>) {
        journal.note(host.0);
    }

    within(60, || {
        current_thread().block_on(async {
            let journal = &Arc::new(Journal::new());
            let work = transaction::scope_async(async { mailed.send(Mailed { journal }) });
            let scope = Scope::none().with_state(Host("own"));
            let mut own = Box::pin(scope.clone().run_async(work));
            assert!(poll_once(own.as_mut()).is_pending());
            let _other = state::scoped(Host("of who drops it"));
            drop(own);
            while journal.is_empty() {
                yield_now().await;
            }
            assert_eq!(journal.take(), ["own"]);

            // Not polled yet, it has its scope already.
            let transaction = Transaction::begin();
            let send = || mailed.send(Mailed { journal }).unwrap();
            transaction.scope().run(send);
            let committed = scope.clone().run(|| transaction.committed_async());
            drop(committed);
            while journal.is_empty() {
                yield_now().await;
            }
            assert_eq!(journal.take(), ["own"]);

            // What is dropped with a future is dropped in its scope.
            let work = transaction::scope_async(async {
                mailed.send(Mailed { journal })?;
                std::future::pending::<Result<(), SendError>>().await
            });
            let mut own = Box::pin(scope.run_async(work));
            assert!(poll_once(own.as_mut()).is_pending());
            drop(own);
            assert_eq!(journal.take(), ["own"]);
        });
    });
}

signal! {
    random(name: usize, kind: u8, yields: u8, journal: &Arc<Journal>);
}

#[receiver(random, when = |kind: u8| kind != 1, on_commit)]
async fn yields_then_notes(name: usize, yields: u8, journal: &Arc<Journal>) {
    for _ in 0..yields {
        yield_now().await;
    }
    journal.note(name);
}

#[receiver(random, when = |kind: u8| kind != 0, on_commit)]
fn notes(name: usize, kind: u8, journal: &Arc<Journal>) {
    journal.note(name);
    if kind == 3 {
        std::panic::resume_unwind(Box::new("three"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn on_commit_receivers_run_exactly_once_whenever_a_task_is_aborted(
        tasks in vec((vec((0..4_u8, 0..4_u8), 0..8), 0..60_u64, 0..3_usize), 1..12),
        workers in 1..3_usize,
    ) {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(workers).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut journals = Vec::new();
            for (sends, micros, nested) in tasks {
                let journal = Arc::new(Journal::new());
                let transaction = Transaction::begin();
                let mut expected = Vec::new();
                transaction.scope().run(|| {
                    for (name, &(kind, yields)) in sends.iter().enumerate() {
                        let journal = &journal;
                        random.send(Random { name, kind, yields, journal }).unwrap();
                        let count = if kind < 2 { 1 } else { 2 };
                        expected.extend(vec![name.to_string(); count]);
                    }
                });
                journals.push((Arc::clone(&journal), expected));
                let committed = transaction.committed_async();
                let task = tokio::spawn(async move {
                    for _ in 0..nested {
                        yield_now().await;
                    }
                    drop(committed.await);
                });
                tokio::time::sleep(Duration::from_micros(micros)).await;
                task.abort();
            }
            for (journal, expected) in journals {
                while journal.len() < expected.len() {
                    tokio::time::sleep(Duration::from_micros(50)).await;
                }
                prop_assert_eq!(journal.take(), expected);
            }
            Ok(())
        })?;
    }
}

/// It began on a runtime, and that one goes on with it, whatever thread drops it.
#[test]
fn what_is_run_to_completion_goes_on_where_it_began() {
    let runtime = current_thread();
    let door = Arc::new(Waiter::default());
    let (unheard, heard) = tokio::sync::oneshot::channel();
    let opens = Arc::clone(&door);
    let work = async move {
        door.wait().await;
        tokio::time::sleep(Duration::from_millis(1)).await;
        "ends"
    };
    let unheard = |result| unheard.send(result).unwrap();
    let mut work = Box::pin(transaction::run_to_completion(work, unheard));
    runtime.block_on(async { assert!(poll_once(work.as_mut()).is_pending()) });
    std::thread::spawn(move || drop(work)).join().unwrap();
    opens.open();
    assert_eq!(runtime.block_on(heard), Ok("ends"));
}
