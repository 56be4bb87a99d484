//! How long a connection lasts: until it is dropped, detached for good, disconnected by name.

use std::sync::Arc;

use signals_core::signal;
use signals_tests::Journal;

#[test]
fn a_connection_lasts_until_it_is_dropped() {
    signal! {
        told(journal: &Journal);
    }
    let journal = &Journal::new();
    let send = || told.send(Told { journal }).unwrap().count();
    {
        let connection = told.connect(|sent| sent.journal.note("heard"));
        assert!(connection.is_connected());
        assert_eq!(send(), 1);
    }
    assert_eq!(send(), 0);
    assert_eq!(journal.take(), ["heard"]);
    let _ = told.connect(|_| ());
    assert_eq!(send(), 0, "an underscore drops at once");
}

#[test]
fn a_detached_connection_stays_and_can_be_disconnected_by_its_uid() {
    signal! {
        told();
    }
    let captured = Arc::new(());
    let held = Arc::clone(&captured);
    told.connect(move |_| drop(Arc::clone(&held))).detach();
    let held = Arc::clone(&captured);
    told.on()
        .dispatch_uid("named")
        .connect(move |_| drop(Arc::clone(&held)))
        .unwrap()
        .detach();
    assert_eq!(told.send(Told {}).unwrap().count(), 2);
    assert!(told.disconnect("named"));
    assert_eq!(told.send(Told {}).unwrap().count(), 1);
    assert_eq!(Arc::strong_count(&captured), 2);
}

#[test]
fn dropping_one_of_a_name_does_not_take_the_next_of_that_name() {
    signal! {
        told();
    }
    let on = || told.on().dispatch_uid("name");
    let first = on().connect(|_| ()).unwrap();
    assert!(told.disconnect("name"));
    let second = on().connect(|_| ()).unwrap();

    drop(first);

    assert!(second.is_connected());
    assert_eq!(told.send(Told {}).unwrap().count(), 1);
    assert!(on().connect(|_| ()).is_err(), "the name is still taken");
    assert!(second.disconnect());
    assert!(on().connect(|_| ()).unwrap().disconnect());
}

#[test]
fn what_a_connection_captured_is_dropped_with_it() {
    signal! {
        told();
    }
    let captured = Arc::new(());
    let held = Arc::clone(&captured);
    let connection = told.connect(move |_| drop(Arc::clone(&held)));
    told.send(Told {}).unwrap();
    assert_eq!(Arc::strong_count(&captured), 2);
    drop(connection);
    assert_eq!(
        Arc::strong_count(&captured),
        1,
        "at once, not on the next send"
    );

    let held = Arc::clone(&captured);
    let connection = told.connect(move |_| drop(Arc::clone(&held)));
    drop(connection);
    assert_eq!(Arc::strong_count(&captured), 1, "also when never sent");
}

#[test]
fn what_could_not_be_connected_is_dropped() {
    signal! {
        told();
    }
    let _first = told.on().dispatch_uid("name").connect(|_| ()).unwrap();
    let captured = Arc::new(());
    let held = Arc::clone(&captured);
    let second = told.on().dispatch_uid("name");
    let error = second
        .connect(move |_| drop(Arc::clone(&held)))
        .unwrap_err();
    assert_eq!(Arc::strong_count(&captured), 1);
    let message = error.to_string();
    for part in ["`name`", "lifetime::told", "lifetime.rs:"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    assert_eq!(told.receivers().len(), 1);
}

#[test]
fn a_connection_kept_in_a_thread_local_ends_with_its_thread() {
    signal! {
        told();
    }
    thread_local! {
        static KEPT: std::cell::RefCell<Vec<signals_core::Connection>> =
            const { std::cell::RefCell::new(Vec::new()) };
    }
    signals_tests::within(60, || {
        std::thread::spawn(|| {
            KEPT.with_borrow_mut(|kept| kept.push(told.connect(|_| ())));
            assert_eq!(told.send(Told {}).unwrap().count(), 1);
        })
        .join()
        .unwrap();
        assert!(told.receivers().is_empty());
    });
}

#[test]
fn a_thread_that_ends_may_still_send() {
    signal! {
        told(journal: &Journal);
    }
    static JOURNAL: Journal = Journal::new();
    struct SendsLast;
    impl Drop for SendsLast {
        fn drop(&mut self) {
            let journal = &JOURNAL;
            told.send(Told { journal }).unwrap();
            let _ = told.send_robust(Told { journal });
        }
    }
    thread_local! {
        static LAST: SendsLast = const { SendsLast };
    }
    signals_tests::within(60, || {
        let connection = told.connect(|sent| sent.journal.note("heard"));
        std::thread::spawn(|| {
            // Before and after the library's own, in whatever order they are torn down.
            LAST.with(|_| ());
            told.send(Told { journal: &JOURNAL }).unwrap();
        })
        .join()
        .unwrap();
        drop(connection);
    });
    assert_eq!(JOURNAL.take().len(), 3);
}

#[test]
fn sg35_temporary_connections_leave_the_receivers_as_they_were() {
    signal! {
        told(journal: &Journal);
    }

    #[signals_core::receiver(told)]
    fn linked(journal: &Journal) {
        journal.note("linked");
    }

    let keys = || -> Vec<String> {
        told.receivers()
            .iter()
            .map(|receiver| receiver.key())
            .collect()
    };
    let before = keys();
    let journal = &Journal::new();
    for fails in [false, true] {
        let test = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let owner = Arc::new(());
            let _temporary = told.connect(|sent| sent.journal.note("temporary"));
            told.connect_weak(&owner, |(), sent| sent.journal.note("owned"));
            let _named = told.on().dispatch_uid("named").connect(|_| ()).unwrap();
            told.send(Told { journal }).unwrap();
            assert_eq!(keys().len(), before.len() + 3);
            assert!(!fails, "on purpose");
        }));
        assert_eq!(test.is_err(), fails);
        assert_eq!(journal.take(), ["linked", "temporary", "owned"]);
        assert_eq!(keys(), before);
        assert_eq!(told.send(Told { journal }).unwrap().count(), before.len());
        assert_eq!(journal.take(), ["linked"]);
    }
}
