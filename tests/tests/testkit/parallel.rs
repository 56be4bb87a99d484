//! A hundred tests at once, on the same signals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use signals_core::{assert_sent_once, in_current_scope, receiver, signal, state, testing};

signal! {
    paid(test: u32, round: u32);
}

struct Counts {
    muted: AtomicU32,
    heard: AtomicU32,
}

#[receiver(paid, dispatch_uid = "parallel muted")]
fn muted(#[state] counts: &Arc<Counts>) {
    counts.muted.fetch_add(1, Ordering::SeqCst);
}

#[receiver(paid)]
fn heard(#[state] counts: &Arc<Counts>) {
    counts.heard.fetch_add(1, Ordering::SeqCst);
}

/// What a test does in each of its rounds; what is to be dropped at its end is returned.
fn round(test: u32, round: u32) -> testing::Capture<(u32, u32)> {
    let counts = Arc::new(Counts {
        muted: AtomicU32::new(0),
        heard: AtomicU32::new(0),
    });
    let _state = state::scoped(Arc::clone(&counts));
    let pays = testing::capture_with(&paid, |it| (it.test, it.round));
    let temporary = Arc::new(AtomicU32::new(0));
    let mine = Arc::clone(&temporary);
    let connection = paid
        .on()
        .scoped()
        .dispatch_uid("parallel temporary")
        .connect(move |it: &Paid| {
            mine.fetch_add(it.test, Ordering::SeqCst);
        })
        .unwrap();
    let mute = testing::mute_receiver("parallel muted");
    paid.send(Paid { test, round }).unwrap();
    if test % 2 == 0 {
        drop(connection);
        drop(mute);
    } else {
        drop(mute);
        drop(connection);
    }
    assert_eq!(temporary.load(Ordering::SeqCst), test);
    assert_eq!(counts.muted.load(Ordering::SeqCst), 0);
    assert_eq!(counts.heard.load(Ordering::SeqCst), 1);
    pays
}

#[test]
fn a_hundred_threads_that_mute_capture_and_send_do_not_see_each_other() {
    let threads: Vec<_> = (0..100)
        .map(|test| {
            thread::spawn(move || {
                for number in 0..20 {
                    let pays = round(test, number);
                    assert_sent_once!(pays, |sent| sent.snapshot == (test, number));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_hundred_tasks_that_mute_capture_and_send_do_not_see_each_other() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .unwrap();
    let task = |test| {
        runtime.spawn(in_current_scope(async move {
            let counts = Arc::new(Counts {
                muted: AtomicU32::new(0),
                heard: AtomicU32::new(0),
            });
            let _state = state::scoped(Arc::clone(&counts));
            for number in 0..20 {
                let outer = testing::capture_with(&paid, |it| (it.test, it.round));
                tokio::task::yield_now().await;
                let mute = testing::mute_receiver("parallel muted");
                tokio::task::yield_now().await;
                paid.send_async(Paid {
                    test,
                    round: number,
                })
                .await
                .unwrap();
                tokio::task::yield_now().await;
                drop(mute);
                assert_sent_once!(outer, |sent| sent.snapshot == (test, number));
            }
            assert_eq!(counts.muted.load(Ordering::SeqCst), 0);
            assert_eq!(counts.heard.load(Ordering::SeqCst), 20);
        }))
    };
    let tasks: Vec<_> = (0..100).map(task).collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}
