//! Threads that connect, disconnect, watch and send, in thousands of the orders in which they may
//! meet.
//!
//! `RUSTFLAGS='--cfg shuttle' cargo test -p signals-tests --test shuttle`; empty without that.
#![cfg(shuttle)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use shuttle::{check_pct, check_random, thread};
use signals_core::{Sender, Signal, receiver, signal, testing};

signal! {
    paid(count: &AtomicU32);
    heard(count: &AtomicU32);
}

#[receiver(heard)]
fn linked(count: &AtomicU32) {
    count.fetch_add(1, Ordering::SeqCst);
}

/// In orders at random, and in such as are known to find rare ones.
fn in_many_orders(f: impl Fn() + Send + Sync + Clone + 'static) {
    check_random(f.clone(), 3_000);
    check_pct(f, 3_000, 3);
}

/// A signal that no other run has seen.
macro_rules! fresh {
    ($spec:ident) => {{
        let signal: &'static Signal<$spec> = Box::leak(Box::new(Signal::new()));
        signal
    }};
}

fn paid_to(signal: &'static Signal<paid>) -> u32 {
    let count = AtomicU32::new(0);
    let called = signal.send(Paid { count: &count }).unwrap().count();
    let count = count.into_inner();
    assert_eq!(called, count as usize);
    count
}

fn heard_by(signal: &'static Signal<heard>) -> u32 {
    let count = AtomicU32::new(0);
    signal.send(Heard { count: &count }).unwrap();
    count.into_inner()
}

fn add(it: &Paid<'_>) {
    it.count.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn who_has_connected_is_heard_by_the_next_send() {
    in_many_orders(|| {
        let signal = fresh!(paid);
        let connect = || {
            let connection = signal.connect(add);
            // By this thread for sure, by the other one perhaps already.
            assert!(matches!(paid_to(signal), 1 | 2));
            connection
        };
        let other = thread::spawn(connect);
        let mine = connect();
        let other = other.join().unwrap();
        assert_eq!(paid_to(signal), 2);
        drop((mine, other));
        assert_eq!(paid_to(signal), 0);
        assert!(!signal.has_listeners(Sender::none()));
    });
}

#[test]
fn who_has_disconnected_is_not_called_by_the_next_send_and_is_dropped() {
    in_many_orders(|| {
        let signal = fresh!(paid);
        let alive = Arc::new(());
        let held = Arc::clone(&alive);
        let connection = signal.connect(move |it: &Paid<'_>| {
            let _ = &held;
            it.count.fetch_add(1, Ordering::SeqCst);
        });
        let sends = thread::spawn(move || {
            let counts = [paid_to(signal), paid_to(signal)];
            assert!(counts[0] >= counts[1], "{counts:?}");
        });
        drop(connection);
        assert_eq!(paid_to(signal), 0);
        sends.join().unwrap();
        assert_eq!(Arc::strong_count(&alive), 1);
    });
}

#[test]
fn a_link_time_receiver_is_called_once_in_each_send_whoever_comes_and_goes() {
    in_many_orders(|| {
        let signal = fresh!(heard);
        let churn = thread::spawn(move || {
            for _ in 0..2 {
                drop(signal.connect(|_: &Heard<'_>| ()));
            }
        });
        let sends = thread::spawn(move || {
            assert_eq!(heard_by(signal), 1);
            assert_eq!(heard_by(signal), 1);
        });
        assert_eq!(heard_by(signal), 1);
        churn.join().unwrap();
        sends.join().unwrap();
        assert_eq!(heard_by(signal), 1);
    });
}

#[test]
fn a_link_time_receiver_that_is_disconnected_is_gone_for_everybody() {
    in_many_orders(|| {
        let signal = fresh!(heard);
        let sends = thread::spawn(move || {
            let counts = [heard_by(signal), heard_by(signal)];
            assert!(counts[0] >= counts[1], "{counts:?}");
        });
        assert!(signal.disconnect(concat!(module_path!(), "::linked")));
        assert_eq!(heard_by(signal), 0);
        sends.join().unwrap();
        assert_eq!(heard_by(signal), 0);
    });
}

#[test]
fn two_that_want_one_uid_get_one() {
    in_many_orders(|| {
        let signal = fresh!(paid);
        let connect = || signal.on().dispatch_uid("ledger").connect(add).ok();
        let other = thread::spawn(connect);
        let mine = connect();
        let other = other.join().unwrap();
        assert!(mine.is_some() != other.is_some());
        assert_eq!(paid_to(signal), 1);
        drop((mine, other));
        assert_eq!(paid_to(signal), 0);
    });
}

#[test]
fn an_owner_that_goes_away_during_sends_is_cleared_away() {
    in_many_orders(|| {
        let signal = fresh!(paid);
        let owner = Arc::new(());
        signal.connect_weak(&owner, |(), it| add(it));
        let sends = thread::spawn(move || {
            let counts = [paid_to(signal), paid_to(signal)];
            assert!(counts[0] >= counts[1], "{counts:?}");
        });
        drop(owner);
        assert_eq!(paid_to(signal), 0);
        sends.join().unwrap();
        assert!(!signal.has_listeners(Sender::none()));
    });
}

#[test]
fn who_watches_sees_each_send_of_its_own_and_nobody_pays_afterwards() {
    in_many_orders(|| {
        let signal = fresh!(heard);
        let others = thread::spawn(move || {
            let connection = signal.connect(|_: &Heard<'_>| ());
            assert_eq!(heard_by(signal), 1);
            drop(connection);
            assert_eq!(heard_by(signal), 1);
        });
        let capture = testing::capture(signal);
        assert_eq!(heard_by(signal), 1);
        // All threads of such a test are one to the scope, so the others may be seen too.
        assert!(capture.count() >= 1);
        drop(capture);
        others.join().unwrap();
        assert_eq!(heard_by(signal), 1);
        assert_eq!(signal.receivers().len(), 1);
    });
}
