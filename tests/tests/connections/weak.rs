//! Weak connections: gone when the owner is gone, and nothing is left of them. DS08, DS17.

use std::sync::Arc;

use signals_core::{Sender, signal};
use signals_tests::ways::ways;
use signals_tests::{Journal, block_on};

#[test]
fn ds08_a_send_takes_out_receivers_whose_owner_is_gone() {
    signal! {
        told(journal: &Journal);
    }
    for way in ways::<told>() {
        let (owner, captured) = (Arc::new(()), Arc::new(()));
        let held = Arc::clone(&captured);
        told.connect_weak(&owner, move |(), sent| {
            sent.journal.note(Arc::strong_count(&held));
        });
        let journal = &Journal::new();
        (way.send)(&told, Told { journal });
        assert_eq!(journal.take(), ["2"], "{}", way.name);

        drop(owner);
        (way.send)(&told, Told { journal });

        assert!(journal.is_empty());
        // What the closure captured goes with the next change at the latest.
        drop(told.connect(|_| ()));
        assert_eq!(Arc::strong_count(&captured), 1, "{}", way.name);
    }
}

#[test]
fn ds17_a_plain_and_a_robust_send_leave_nothing_of_the_dead_themselves() {
    signal! {
        told();
    }
    let sends: [fn(); 4] = [
        || drop(told.send(Told {})),
        || drop(told.send_robust(Told {})),
        || drop(block_on(told.send_async(Told {}))),
        || drop(block_on(told.send_robust_async(Told {}))),
    ];
    for send in sends {
        let (owner, captured) = (Arc::new(()), Arc::new(()));
        let held = Arc::clone(&captured);
        told.connect_weak(&owner, move |(), _| drop(Arc::clone(&held)));
        send();
        drop(owner);
        send();
        send();
        assert_eq!(Arc::strong_count(&captured), 1);
    }
}

#[test]
fn ds08_lists_and_has_listeners_do_not_count_the_dead() {
    signal! {
        told(sender);
    }
    struct Shop;
    let owner = Arc::new(());
    told.on()
        .sender::<Shop>()
        .dispatch_uid("weak")
        .connect_weak(&owner, |(), _| ())
        .unwrap();
    assert_eq!(told.receivers().len(), 1);
    assert!(told.has_listeners(Sender::of::<Shop>()));

    drop(owner);

    assert!(told.receivers().is_empty());
    assert!(!told.has_listeners(Sender::of::<Shop>()));
    assert!(!told.disconnect("weak"));
}

#[test]
fn an_owner_that_holds_its_own_connection_is_no_circle() {
    signal! {
        told(journal: &Journal);
    }
    struct Widget {
        name: &'static str,
    }
    let widget = Arc::new(Widget { name: "button" });
    let observed = Arc::downgrade(&widget);
    told.connect_weak(&widget, |widget, sent| sent.journal.note(widget.name));
    told.connect_weak(&widget, |widget, sent| sent.journal.note(widget.name.len()));
    let journal = &Journal::new();
    told.send(Told { journal }).unwrap();
    assert_eq!(journal.take(), ["button", "6"]);
    drop(widget);
    assert!(observed.upgrade().is_none());
    assert_eq!(told.send(Told { journal }).unwrap().count(), 0);
}

#[test]
fn the_owner_stays_alive_while_its_async_receiver_runs() {
    signal! {
        told(journal: &Journal);
    }
    struct Owner<'j>(&'j Journal);
    impl Drop for Owner<'_> {
        fn drop(&mut self) {
            self.0.note("owner dropped");
        }
    }
    async fn runs(owner: Arc<Owner<'static>>, sent: &Told<'_>) {
        sent.journal.note("starts");
        signals_tests::yield_now().await;
        sent.journal.note("ends");
        drop(owner);
    }

    let journal: &'static Journal = Box::leak(Box::default());
    let owner = Arc::new(Owner(journal));
    told.connect_async_weak(&owner, runs);
    let mut send = Box::pin(told.send_async(Told { journal }));
    assert!(signals_tests::poll_once(send.as_mut()).is_pending());
    drop(owner);
    assert_eq!(journal.take(), ["starts"]);
    block_on(send).unwrap();
    assert_eq!(journal.take(), ["ends", "owner dropped"]);
}

#[test]
fn the_last_owner_may_go_inside_its_own_receiver() {
    signal! {
        told(journal: &Journal);
    }
    struct Owner(std::sync::Mutex<Option<Arc<Owner>>>);

    let owner = Arc::new(Owner(std::sync::Mutex::new(None)));
    *owner.0.lock().unwrap() = Some(Arc::clone(&owner));
    let observed = Arc::downgrade(&owner);
    told.connect_weak(&owner, |owner, sent| {
        drop(owner.0.lock().unwrap().take());
        sent.journal.note("let go");
    });
    drop(owner);
    assert!(observed.upgrade().is_some());
    let journal = &Journal::new();
    told.send(Told { journal }).unwrap();
    told.send(Told { journal }).unwrap();
    assert_eq!(journal.take(), ["let go"]);
    assert!(observed.upgrade().is_none());
}
