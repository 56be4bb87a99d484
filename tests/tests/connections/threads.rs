//! Connections and threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};

use signals_core::{Connection, signal};
use signals_tests::{Journal, within};

const SECONDS: u64 = 60;

#[test]
fn a_connection_is_dropped_by_another_thread_while_its_receiver_runs() {
    signal! {
        told(inside: &Barrier, go_on: &Barrier);
    }
    within(SECONDS, || {
        let ended = Arc::new(AtomicBool::new(false));
        let (says, captured) = (Arc::clone(&ended), Arc::new(()));
        let held = Arc::clone(&captured);
        let connection = told.connect(move |sent| {
            sent.inside.wait();
            sent.go_on.wait();
            // Still whole after it was disconnected.
            assert_eq!(Arc::strong_count(&held), 2);
            says.store(true, Ordering::SeqCst);
        });
        let (inside, go_on) = (&Barrier::new(2), &Barrier::new(2));
        std::thread::scope(|scope| {
            let sending = scope.spawn(|| told.send(Told { inside, go_on }).unwrap().count());
            inside.wait();
            // Does not wait for the receiver, which does not go on before this returns.
            drop(connection);
            assert!(!ended.load(Ordering::SeqCst));
            assert_eq!(told.send(Told { inside, go_on }).unwrap().count(), 0);
            go_on.wait();
            assert_eq!(sending.join().unwrap(), 1);
        });
        assert!(ended.load(Ordering::SeqCst));
        assert_eq!(Arc::strong_count(&captured), 1);
    });
}

#[test]
fn a_connection_may_be_sent_to_another_thread() {
    fn assert_send_and_sync<T: Send + Sync>() {}

    signal! {
        told();
    }
    assert_send_and_sync::<Connection>();
    within(SECONDS, || {
        let (give, take) = mpsc::channel::<Connection>();
        let keeper = std::thread::spawn(move || {
            let kept: Vec<Connection> = take.iter().collect();
            kept.len()
        });
        for _ in 0..10 {
            give.send(told.connect(|_| ())).unwrap();
        }
        drop(give);
        assert_eq!(keeper.join().unwrap(), 10);
        assert!(told.receivers().is_empty());
    });
}

#[test]
fn receivers_run_on_the_thread_that_sends() {
    signal! {
        told(here: std::thread::ThreadId);
    }
    within(SECONDS, || {
        let _connection = told.connect(|sent| {
            assert_eq!(std::thread::current().id(), sent.here);
        });
        let send = || {
            let here = std::thread::current().id();
            told.send(Told { here }).unwrap();
        };
        send();
        std::thread::spawn(send).join().unwrap();
    });
}

#[test]
fn the_first_sends_of_many_threads_agree_on_the_order() {
    signal! {
        first(journal: &Journal);
    }

    #[signals_core::receiver(first, after = "two")]
    fn one(journal: &Journal) {
        journal.note("one");
    }

    #[signals_core::receiver(first)]
    fn two(journal: &Journal) {
        journal.note("two");
    }

    within(SECONDS, || {
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let journal = &Journal::new();
                    start.wait();
                    assert_eq!(first.send(First { journal }).unwrap().count(), 2);
                    assert_eq!(journal.take(), ["two", "one"]);
                });
            }
        });
    });
}

#[test]
fn of_many_threads_that_want_one_uid_one_gets_it() {
    signal! {
        told();
    }
    within(SECONDS, || {
        for _ in 0..200 {
            let start = Barrier::new(4);
            let won: Vec<Connection> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            told.on().dispatch_uid("one").connect(|_| ()).ok()
                        })
                    })
                    .collect();
                let won = threads
                    .into_iter()
                    .filter_map(|thread| thread.join().unwrap());
                won.collect()
            });
            assert_eq!(won.len(), 1);
            assert_eq!(told.send(Told {}).unwrap().count(), 1);
        }
    });
}
