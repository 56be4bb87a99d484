//! Ten thousand receivers at run time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signals_core::{Connection, Sender, SenderId, signal};
use signals_tests::{block_on, within};

const MANY: usize = 10_000;

#[test]
fn ten_thousand_receivers_are_called_in_order() {
    signal! {
        asked() -> usize;
    }
    within(60, || {
        let mut connections: Vec<Connection> = (0..MANY)
            .map(|number| asked.connect(move |_| number))
            .collect();
        let answers = asked.send(Asked {}).unwrap();
        assert!(answers.into_answers().eq(0..MANY));
        let robust = asked.send_robust(Asked {});
        assert_eq!(robust.answers().count(), MANY);
        let answers = block_on(asked.send_async(Asked {})).unwrap();
        assert!(answers.into_answers().eq(0..MANY));
        assert_eq!(asked.pull(Asked {}).first().unwrap(), Some(0));

        // Every other one, from the middle outwards.
        let mut left: Vec<usize> = (0..MANY).collect();
        for index in (0..MANY / 2).rev() {
            drop(connections.remove(index * 2));
            left.remove(index * 2);
        }
        let answers = asked.send(Asked {}).unwrap();
        assert!(answers.into_answers().eq(left));
        drop(connections);
        assert!(asked.receivers().is_empty());
    });
}

#[test]
fn ten_thousand_with_priorities_and_constraints_are_sorted() {
    signal! {
        asked() -> usize;
    }
    within(60, || {
        let connections: Vec<Connection> = (0..MANY)
            .map(|number| {
                let on = asked.on().dispatch_uid(number.to_string());
                let on = match number % 4 {
                    0 => on.priority(1),
                    1 => on.after("hub"),
                    2 => on.before("hub"),
                    _ => on,
                };
                on.connect(move |_| number).unwrap()
            })
            .collect();
        let hub = asked.on().dispatch_uid("hub").connect(|_| MANY).unwrap();
        let order: Vec<usize> = asked.send(Asked {}).unwrap().into_answers().collect();
        let place = |wanted: usize| order.iter().position(|number| *number == wanted).unwrap();
        assert_eq!(order.len(), MANY + 1);
        assert!(order[..MANY / 4].iter().all(|number| number % 4 == 0));
        let hub_at = place(MANY);
        assert!(order[..hub_at].iter().filter(|n| *n % 4 == 2).count() == MANY / 4);
        assert!(order[hub_at..].iter().filter(|n| *n % 4 == 1).count() == MANY / 4);
        assert!(order[MANY / 4..hub_at].is_sorted());
        drop((connections, hub));
    });
}

#[test]
fn ten_thousand_senders_each_find_their_own() {
    signal! {
        measured(sender, calls: &AtomicUsize);
    }
    within(60, || {
        let ids: Vec<SenderId> = (0..MANY).map(|_| SenderId::new()).collect();
        let _connections: Vec<Connection> = ids
            .iter()
            .map(|id| {
                let on = measured.on().sender_is(id);
                on.connect(|sent| {
                    sent.calls.fetch_add(1, Ordering::Relaxed);
                })
                .unwrap()
            })
            .collect();
        let calls = &AtomicUsize::new(0);
        for id in &ids {
            let sender = Sender::instance(id);
            assert_eq!(
                measured.send(Measured { sender, calls }).unwrap().count(),
                1
            );
        }
        let sender = Sender::instance(&SenderId::new());
        assert_eq!(
            measured.send(Measured { sender, calls }).unwrap().count(),
            0
        );
        assert_eq!(calls.load(Ordering::Relaxed), MANY);
    });
}

/// One after another looked through all there were: for as many weak ones, that took minutes.
#[test]
fn a_hundred_thousand_weak_ones_are_connected_at_once_too() {
    signal! {
        asked() -> usize;
    }
    const MANY: usize = 100_000;
    within(60, || {
        let owner = Arc::new(());
        for number in 0..MANY {
            asked.connect_weak(&owner, move |(), _| number);
        }
        assert!(asked.send(Asked {}).unwrap().into_answers().eq(0..MANY));
        drop(owner);
        assert!(asked.receivers().is_empty());
    });
}
