//! Connections that end inside a receiver, and while a panic unwinds. Dropping one never waits and
//! never deadlocks; each test has a watchdog.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use signals_core::{Connection, SharedSpec, Signal, signal};
use signals_tests::ways::ways;
use signals_tests::{Journal, within};

const SECONDS: u64 = 60;

#[test]
fn sg08_a_receiver_drops_its_own_connection() {
    signal! {
        told(journal: &Journal);
    }
    within(SECONDS, || {
        for way in ways::<told>() {
            let own: Arc<Mutex<Option<Connection>>> = Arc::default();
            let captured = Arc::new(());
            let (inside, held) = (Arc::clone(&own), Arc::clone(&captured));
            let connection = told.connect(move |sent| {
                drop(inside.lock().unwrap().take());
                // The closure is still whole.
                sent.journal.note(Arc::strong_count(&held));
            });
            *own.lock().unwrap() = Some(connection);
            let journal = &Journal::new();
            (way.send)(&told, Told { journal });
            (way.send)(&told, Told { journal });
            assert_eq!(journal.take(), ["2"], "{}", way.name);
            assert_eq!(Arc::strong_count(&captured), 1, "{}", way.name);
            assert!(told.receivers().is_empty());
        }
    });
}

#[test]
fn a_receiver_connects_disconnects_and_sends_on_the_same_signal() {
    signal! {
        told(journal: &Journal, depth: u32);
    }
    within(SECONDS, || {
        let connection = told.connect(|sent| {
            let Told { journal, depth } = *sent;
            journal.note(format!("in {depth}"));
            if depth < 3 {
                let inner = told.connect(move |sent| sent.journal.note(format!("of {depth}")));
                let depth = depth + 1;
                told.send(Told { journal, depth }).unwrap();
                drop(inner);
            }
        });
        let journal = &Journal::new();
        told.send(Told { journal, depth: 0 }).unwrap();
        assert_eq!(
            journal.take(),
            [
                "in 0", "in 1", "in 2", "in 3", "of 0", "of 1", "of 2", "of 0", "of 1", "of 0"
            ]
        );
        drop(connection);
        assert!(told.receivers().is_empty());
    });
}

/// Drops the connection while unwinding out of `f`, and swallows the panic.
fn while_unwinding(connection: Connection, f: impl FnOnce()) {
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _connection = connection;
        f();
        panic!("on purpose");
    }));
    unwound.unwrap_err();
}

#[test]
fn a_connection_is_dropped_while_a_panic_unwinds() {
    signal! {
        told(journal: &Journal);
    }
    within(SECONDS, || {
        let journal = &Journal::new();
        let connection = told.connect(|sent| sent.journal.note("heard"));
        while_unwinding(connection, || {
            told.send(Told { journal }).unwrap();
        });
        assert_eq!(journal.take(), ["heard"]);
        assert!(told.receivers().is_empty());
        assert_eq!(told.send(Told { journal }).unwrap().count(), 0);
    });
}

#[test]
fn a_connection_is_dropped_while_the_panic_of_its_receiver_unwinds_the_send() {
    signal! {
        told();
    }
    within(SECONDS, || {
        for _ in 0..3 {
            let own: Arc<Mutex<Option<Connection>>> = Arc::default();
            let inside = Arc::clone(&own);
            let connection = told.connect(move |_| -> () {
                let _dropped_while_unwinding = inside.lock().unwrap().take();
                panic!("on purpose");
            });
            *own.lock().unwrap() = Some(connection);
            catch_unwind(|| told.send(Told {})).unwrap_err();
            assert!(told.receivers().is_empty());
            // Everything still works.
            let next = told.connect(|_| ());
            assert_eq!(told.send(Told {}).unwrap().count(), 1);
            drop(next);
        }
    });
}

#[test]
fn after_a_panic_in_a_receiver_the_signal_still_works() {
    signal! {
        told(journal: &Journal);
    }
    fn panics_once<S: SharedSpec>(signal: &'static Signal<S>, send: impl Fn()) {
        let before = signal.receivers().len();
        let _ = catch_unwind(AssertUnwindSafe(&send));
        assert_eq!(signal.receivers().len(), before);
    }
    within(SECONDS, || {
        let panicking = told.connect(|_| -> () { panic!("on purpose") });
        let journal = &Journal::new();
        for way in ways::<told>() {
            panics_once(&told, || (way.send)(&told, Told { journal }));
        }
        drop(panicking);
        let _fine = told.connect(|sent| sent.journal.note("fine"));
        told.send(Told { journal }).unwrap();
        assert_eq!(journal.take(), ["fine"]);
    });
}

#[test]
fn a_receiver_waits_for_a_thread_that_connects_and_sends() {
    signal! {
        told(depth: u32);
    }
    // No lock is held while a receiver runs, so another thread gets through.
    within(SECONDS, || {
        for way in ways::<told>() {
            let _connection = told.connect(move |sent| {
                if sent.depth == 0 {
                    std::thread::spawn(move || {
                        let connection = told.connect(|_| ());
                        (way.send)(&told, Told { depth: 1 });
                        assert!(connection.disconnect());
                    })
                    .join()
                    .unwrap();
                }
            });
            (way.send)(&told, Told { depth: 0 });
        }
    });
}
