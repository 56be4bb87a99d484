//! Connecting and disconnecting over and over leaves nothing behind: BL07, DS17. What is allocated
//! is counted in `allocations`.

use std::sync::{Arc, Weak};

use signals_core::{Sender, SenderId, signal};
use signals_tests::within;

const CHURN: usize = 100_000;

#[test]
fn a_hundred_thousand_connections_come_and_go() {
    signal! {
        told(sender);
    }
    within(60, || {
        let captured = Arc::new(());
        let _stays = told.connect(|_| ());
        for round in 0..CHURN {
            let held = Arc::clone(&captured);
            let connection = told.connect(move |_| drop(Arc::clone(&held)));
            if round % 1_000 == 0 {
                let sender = Sender::none();
                assert_eq!(told.send(Told { sender }).unwrap().count(), 2);
            }
            drop(connection);
        }
        assert_eq!(Arc::strong_count(&captured), 1);
        assert_eq!(told.receivers().len(), 1);
    });
}

#[test]
fn so_do_names_senders_and_weak_owners() {
    signal! {
        told(sender);
    }
    within(60, || {
        let captured = Arc::new(());
        let mut observed: Vec<Weak<SenderId>> = Vec::new();
        for round in 0..CHURN / 10 {
            let owner = Arc::new(SenderId::new());
            let (held, also_held) = (Arc::clone(&captured), Arc::clone(&captured));
            let named = told
                .on()
                .sender_is(&*owner)
                .dispatch_uid(format!("uid {round}"))
                .connect(move |_| drop(Arc::clone(&held)))
                .unwrap();
            told.connect_weak(&owner, move |_, _| drop(Arc::clone(&also_held)));
            if round % 100 == 0 {
                let sender = Sender::instance(&owner);
                assert_eq!(told.send(Told { sender }).unwrap().count(), 2);
                observed.push(Arc::downgrade(&owner));
            }
            if round % 2 == 0 {
                assert!(told.disconnect(&format!("uid {round}")));
            }
            drop(named);
        }
        assert!(observed.iter().all(|owner| owner.strong_count() == 0));
        assert!(told.receivers().is_empty());
        let sender = Sender::none();
        told.send(Told { sender }).unwrap();
        assert_eq!(Arc::strong_count(&captured), 1);
    });
}
