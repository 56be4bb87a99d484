//! A send calls those who were connected when it began: CONFORMANCE §1.7, for every way to send.

use std::sync::{Arc, Mutex};

use signals_core::{Connection, signal};
use signals_tests::Journal;
use signals_tests::ways::ways;

#[test]
fn s17_a_receiver_connected_during_a_send_is_called_in_the_next() {
    signal! {
        stepped(journal: &Journal);
    }
    for way in ways::<stepped>() {
        let late: Arc<Mutex<Vec<Connection>>> = Arc::default();
        let own = Arc::clone(&late);
        let first = stepped.connect(move |sent| {
            sent.journal.note("first");
            let connection = stepped.connect(|sent| sent.journal.note("late"));
            own.lock().unwrap().push(connection);
        });
        let journal = &Journal::new();
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["first"], "{}", way.name);
        drop(first);
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["late"], "{}", way.name);
    }
}

#[test]
fn s17_a_receiver_disconnected_during_a_send_is_still_called_in_it() {
    signal! {
        stepped(journal: &Journal);
    }
    for way in ways::<stepped>() {
        let victim: Arc<Mutex<Option<Connection>>> = Arc::default();
        let own = Arc::clone(&victim);
        let _first = stepped.connect(move |sent| {
            sent.journal.note("first");
            drop(own.lock().unwrap().take());
        });
        let second = stepped.connect(|sent| sent.journal.note("second"));
        *victim.lock().unwrap() = Some(second);
        let journal = &Journal::new();
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["first", "second"], "{}", way.name);
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["first"], "{}", way.name);
    }
}

#[test]
fn s17_disconnecting_by_uid_during_a_send_takes_effect_on_the_next() {
    signal! {
        stepped(journal: &Journal);
    }
    for way in ways::<stepped>() {
        let _first = stepped.connect(|sent| {
            sent.journal.note(stepped.disconnect("second"));
        });
        let second = stepped.on().dispatch_uid("second");
        let second = second.connect(|sent| sent.journal.note("second"));
        let journal = &Journal::new();
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["true", "second"], "{}", way.name);
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["false"], "{}", way.name);
        drop(second);
    }
}

#[test]
fn s17_a_nested_send_goes_deep_first_and_sees_its_own_moment() {
    signal! {
        stepped(journal: &Journal, depth: u32);
    }
    for way in ways::<stepped>() {
        let late: Arc<Mutex<Vec<Connection>>> = Arc::default();
        let own = Arc::clone(&late);
        let send = way.send;
        let first = stepped.connect(move |outer| {
            let Stepped { journal, depth } = *outer;
            journal.note(format!("first {depth}"));
            if depth == 0 {
                let connection =
                    stepped.connect(|inner| inner.journal.note(format!("late {}", inner.depth)));
                own.lock().unwrap().push(connection);
                send(&stepped, Stepped { journal, depth: 1 });
            }
        });
        let last = stepped.connect(|sent| sent.journal.note(format!("last {}", sent.depth)));
        let journal = &Journal::new();
        (way.send)(&stepped, Stepped { journal, depth: 0 });
        assert_eq!(
            journal.take(),
            ["first 0", "first 1", "last 1", "late 1", "last 0"],
            "{}",
            way.name
        );
        drop((first, last));
    }
}

#[test]
fn s17_a_weak_receiver_lives_while_it_runs_and_not_longer_in_the_send() {
    signal! {
        stepped(journal: &Journal);
    }
    struct Owner;

    for way in ways::<stepped>() {
        let owners: Arc<Mutex<Vec<Arc<Owner>>>> = Arc::default();
        let (first, second) = (Arc::new(Owner), Arc::new(Owner));
        let own = Arc::clone(&owners);
        let observed = Arc::downgrade(&first);
        stepped.connect_weak(&first, move |_, sent| {
            own.lock().unwrap().clear();
            // The last strong reference is that of the call itself.
            assert_eq!(observed.strong_count(), 1);
            sent.journal.note("first");
        });
        stepped.connect_weak(&second, |_, sent| sent.journal.note("second"));
        owners.lock().unwrap().extend([first, second]);

        let journal = &Journal::new();
        (way.send)(&stepped, Stepped { journal });
        assert_eq!(journal.take(), ["first"], "{}", way.name);
        assert!(stepped.receivers().is_empty());
    }
}

#[test]
fn s17_what_a_send_still_calls_is_dropped_when_it_ends() {
    signal! {
        stepped(journal: &Journal);
    }
    struct Says<'j>(&'j Journal, &'static str);
    impl Drop for Says<'_> {
        fn drop(&mut self) {
            self.0.note(self.1);
        }
    }

    for way in ways::<stepped>() {
        let journal: &'static Journal = Box::leak(Box::default());
        let connection: Arc<Mutex<Option<Connection>>> = Arc::default();
        let own = Arc::clone(&connection);
        let said = Says(journal, "dropped");
        let only = stepped.connect(move |sent| {
            let Says(..) = &said;
            drop(own.lock().unwrap().take());
            sent.journal.note("disconnected");
        });
        *connection.lock().unwrap() = Some(only);
        (way.send)(&stepped, Stepped { journal });
        journal.note("sent");
        assert_eq!(
            journal.take(),
            ["disconnected", "dropped", "sent"],
            "{}",
            way.name
        );
    }
}
