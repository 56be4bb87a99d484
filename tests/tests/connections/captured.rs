//! What a receiver captured may do anything when it is dropped: connect, disconnect and send on the
//! same signal. It is dropped outside of every lock.

use std::sync::{Arc, Mutex};

use signals_core::{Connection, signal};
use signals_tests::{Journal, within};

const SECONDS: u64 = 20;

signal! {
    told(journal: &Journal);
}

static JOURNAL: Journal = Journal::new();
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Does everything to the signal when dropped.
struct Busy(&'static str);

impl Busy {
    /// Borrows all of it, so that a closure that calls this captures all of it.
    fn name(&self) -> &'static str {
        self.0
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        JOURNAL.note(format!("drops {}", self.0));
        let connection = told.connect(|sent| sent.journal.note("connected in drop"));
        told.send(Told { journal: &JOURNAL }).unwrap();
        assert!(connection.disconnect());
        let named = told.on().dispatch_uid("named in drop").connect(|_| ());
        assert!(told.disconnect("named in drop"));
        drop(named);
        told.receivers();
        let _ = told.send_robust(Told { journal: &JOURNAL });
    }
}

fn connect(name: &'static str) -> Connection {
    let busy = Busy(name);
    told.connect(move |_| JOURNAL.note(busy.name()))
}

/// Runs alone, with nothing left over, and says what was written.
fn alone(f: impl FnOnce() + Send + 'static) -> Vec<String> {
    let _alone = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    within(SECONDS, move || {
        JOURNAL.take();
        f();
        assert!(told.receivers().is_empty());
        JOURNAL.take()
    })
}

fn send() {
    told.send(Told { journal: &JOURNAL }).unwrap();
}

const DROP: [&str; 2] = ["drops a", "connected in drop"];

#[test]
fn when_the_connection_is_dropped() {
    assert_eq!(alone(|| drop(connect("a"))), DROP);
    let sent = alone(|| {
        let connection = connect("a");
        send();
        drop(connection);
        send();
    });
    assert_eq!(sent, ["a", DROP[0], DROP[1]]);
}

#[test]
fn when_it_is_disconnected_by_uid() {
    let sent = alone(|| {
        let busy = Busy("a");
        let connection = told.on().dispatch_uid("busy").connect(move |_| {
            JOURNAL.note(busy.name());
        });
        send();
        assert!(told.disconnect("busy"));
        drop(connection);
    });
    assert_eq!(sent, ["a", DROP[0], DROP[1]]);
}

#[test]
fn when_the_uid_is_taken() {
    let sent = alone(|| {
        let first = told.on().dispatch_uid("busy").connect(|_| ()).unwrap();
        let busy = Busy("a");
        let second = told.on().dispatch_uid("busy");
        second
            .connect(move |_| JOURNAL.note(busy.name()))
            .unwrap_err();
        drop(first);
    });
    assert_eq!(sent, DROP);
}

#[test]
fn when_the_last_send_that_calls_it_ends() {
    let sent = alone(|| {
        let own: Arc<Mutex<Option<Connection>>> = Arc::default();
        let (inside, busy) = (Arc::clone(&own), Busy("a"));
        let connection = told.connect(move |_| {
            JOURNAL.note(busy.name());
            drop(inside.lock().unwrap().take());
            JOURNAL.note("disconnected");
        });
        *own.lock().unwrap() = Some(connection);
        send();
    });
    assert_eq!(sent, ["a", "disconnected", DROP[0], DROP[1]]);
}

#[test]
fn when_its_owner_is_gone_and_a_send_finds_out() {
    let sent = alone(|| {
        let (owner, busy) = (Arc::new(()), Busy("a"));
        told.connect_weak(&owner, move |(), _| JOURNAL.note(busy.name()));
        send();
        drop(owner);
        send();
        told.receivers();
        send();
    });
    assert_eq!(sent, ["a", DROP[0], DROP[1]]);
}

#[test]
fn when_its_owner_is_gone_and_a_connect_finds_out() {
    let sent = alone(|| {
        let (owner, busy) = (Arc::new(()), Busy("a"));
        told.connect_weak(&owner, move |(), _| JOURNAL.note(busy.name()));
        drop(owner);
        drop(told.connect(|_| ()));
    });
    assert_eq!(sent, DROP);
}

#[test]
fn when_its_owner_is_gone_and_a_send_after_another_change_finds_out() {
    let sent = alone(|| {
        let (owner, busy) = (Arc::new(()), Busy("a"));
        told.connect_weak(&owner, move |(), _| JOURNAL.note(busy.name()));
        let other = told.connect(|_| ());
        send();
        drop(owner);
        drop(other);
        send();
    });
    assert_eq!(sent, ["a", DROP[0], DROP[1]]);
}

#[test]
fn when_the_owner_itself_is_busy_and_dies_in_its_receiver() {
    let sent = alone(|| {
        let owners: Arc<Mutex<Vec<Arc<Busy>>>> = Arc::default();
        let owner = Arc::new(Busy("a"));
        let inside = Arc::clone(&owners);
        told.connect_weak(&owner, move |owner, _| {
            inside.lock().unwrap().clear();
            JOURNAL.note(owner.name());
        });
        owners.lock().unwrap().push(owner);
        send();
        send();
    });
    assert_eq!(sent, ["a", DROP[0], DROP[1]]);
}

#[test]
fn when_one_connection_holds_another() {
    let sent = alone(|| {
        let inner = connect("a");
        let outer = told.connect(move |_| JOURNAL.note(inner.is_connected()));
        send();
        drop(outer);
    });
    assert_eq!(sent, ["a", "true", DROP[0], DROP[1]]);
}

#[test]
fn when_a_connect_inside_of_a_send_is_busy() {
    let sent = alone(|| {
        let outer = told.connect(|sent| {
            if sent.journal.is_empty() {
                drop(connect("a"));
            }
        });
        send();
        drop(outer);
    });
    assert_eq!(sent, DROP);
}
