//! Weak connections: gone when the owner is gone, and nothing is left of them. DS08, DS17.

use std::sync::Arc;

use signals_core::{BoxFuture, Sender, receiver, signal, testing};
use signals_tests::ways::ways;
use signals_tests::{Journal, block_on, yield_now};

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
        assert_eq!(Arc::strong_count(&captured), 1, "{}", way.name);
    }
}

#[test]
fn ds08_a_send_takes_out_async_receivers_whose_owner_is_gone() {
    signal! {
        told(journal: &Journal);
    }
    for way in ways::<told>() {
        let (owner, captured) = (Arc::new(()), Arc::new(()));
        let held = Arc::clone(&captured);
        told.connect_async_weak(&owner, move |_: Arc<()>, sent: &Told<'_>| {
            sent.journal.note(Arc::strong_count(&held));
            Box::pin(std::future::ready(())) as BoxFuture<'_, ()>
        });
        let journal = &Journal::new();
        (way.send)(&told, Told { journal });
        assert_eq!(journal.take(), ["2"], "{}", way.name);

        drop(owner);
        (way.send)(&told, Told { journal });

        assert!(journal.is_empty());
        assert_eq!(Arc::strong_count(&captured), 1, "{}", way.name);
    }
}

/// Beside receivers of other kinds, watched, and when one after them fails.
#[test]
fn ds17_no_way_to_send_leaves_anything_of_the_dead() {
    signal! {
        told(fails: bool);
    }
    #[receiver(told)]
    fn one() {}

    #[receiver(told, priority = -1)]
    async fn fails_last(fails: bool) -> Result<(), &'static str> {
        yield_now().await;
        if fails { Err("as it was told") } else { Ok(()) }
    }

    type Send = (&'static str, fn(bool));
    let sends: [Send; 8] = [
        ("send", |fails| drop(told.send(Told { fails }))),
        ("send_robust", |fails| {
            drop(told.send_robust(Told { fails }));
        }),
        ("send_async", |fails| {
            drop(block_on(told.send_async(Told { fails })));
        }),
        ("send_robust_async", |fails| {
            drop(block_on(told.send_robust_async(Told { fails })));
        }),
        ("concurrent().send_async", |fails| {
            drop(block_on(told.concurrent().send_async(Told { fails })));
        }),
        ("concurrent().send_robust_async", |fails| {
            let sent = told.concurrent().send_robust_async(Told { fails });
            drop(block_on(sent));
        }),
        ("pull", |fails| {
            drop(told.pull(Told { fails }).any(|()| false));
        }),
        ("pull, next_async", |fails| {
            let mut pull = told.pull(Told { fails });
            while let Some(Ok(_)) = block_on(pull.next_async()) {}
        }),
    ];
    for is_watched in [false, true] {
        let _watches = is_watched.then(|| testing::capture(&told));
        for (name, send) in sends {
            for fails in [false, true] {
                let (owner, captured) = (Arc::new(()), Arc::new(()));
                let held = Arc::clone(&captured);
                told.connect_weak(&owner, move |(), _| drop(Arc::clone(&held)));
                let held = Arc::clone(&captured);
                told.connect_async_weak(&owner, move |_: Arc<()>, _: &Told| {
                    drop(Arc::clone(&held));
                    Box::pin(std::future::ready(())) as BoxFuture<'_, ()>
                });
                send(fails);
                assert_eq!(Arc::strong_count(&captured), 3);
                drop(owner);
                send(fails);
                let left = Arc::strong_count(&captured);
                assert_eq!(left, 1, "{name}, fails: {fails}, watched: {is_watched}");
            }
        }
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

/// There were many once; that keeps no more of the dead later.
#[test]
fn ds17_the_dead_are_taken_out_by_what_is_there_now() {
    signal! {
        told();
    }
    let held = Arc::new(());
    let connect = |owner: &Arc<()>| {
        let held = Arc::clone(&held);
        told.connect_weak(owner, move |(), _| drop(Arc::clone(&held)));
    };
    let owner = Arc::new(());
    for _ in 0..1_000 {
        connect(&owner);
    }
    drop(owner);
    told.send(Told {}).unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
    for _ in 0..1_000 {
        connect(&Arc::new(()));
    }
    assert!(Arc::strong_count(&held) < 50, "nobody sends");
    told.send(Told {}).unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
}
