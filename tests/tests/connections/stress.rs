//! Threads that send, connect and drop at once, for a while, with a clock that all of them share.
//!
//! What must hold however they interleave: a send calls everybody who was connected before it began
//! and is still there when it ends, nobody who was gone before it began, nobody twice, and in the
//! order of connecting.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use signals_core::{Connection, signal};
use signals_tests::ways::ways;
use signals_tests::within;

signal! {
    ticked(calls: &Mutex<Vec<usize>>);
    tumbled(depth: u32);
}

/// Counts what happens, in one order for all threads.
static CLOCK: AtomicU64 = AtomicU64::new(1);

fn now() -> u64 {
    CLOCK.fetch_add(1, Ordering::SeqCst)
}

/// When a connection was surely there.
#[derive(Debug, Clone)]
struct Life {
    id: usize,
    connecting: u64,
    connected: u64,
    dropping: u64,
    /// Set by whoever drops it at last: a weak owner lives on while a send calls it.
    dropped: Arc<AtomicU64>,
}

/// The owner of a weak connection.
struct Owner {
    id: usize,
    dropped: Arc<AtomicU64>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.dropped.store(now(), Ordering::SeqCst);
    }
}

#[derive(Debug)]
struct Sent {
    began: u64,
    ended: u64,
    called: Vec<usize>,
}

/// Keeps five.
fn connects_and_drops(ids: &AtomicU64, until: Instant, weak: bool) -> Vec<Life> {
    let mut lives = Vec::new();
    let mut kept: Vec<(Life, Box<dyn Send>)> = Vec::new();
    let end = |(mut life, connection): (Life, Box<dyn Send>)| {
        life.dropping = now();
        drop(connection);
        if !weak {
            life.dropped.store(now(), Ordering::SeqCst);
        }
        life
    };
    while Instant::now() < until {
        let id = usize::try_from(ids.fetch_add(1, Ordering::SeqCst)).unwrap();
        let dropped = Arc::new(AtomicU64::new(u64::MAX));
        let connecting = now();
        let connection: Box<dyn Send> = if weak {
            let dropped = Arc::clone(&dropped);
            let owner = Arc::new(Owner { id, dropped });
            ticked.connect_weak(&owner, |owner, sent| {
                sent.calls.lock().unwrap().push(owner.id);
            });
            Box::new(owner)
        } else {
            Box::new(ticked.connect(move |sent| sent.calls.lock().unwrap().push(id)))
        };
        let life = Life {
            id,
            connecting,
            connected: now(),
            dropping: u64::MAX,
            dropped,
        };
        kept.push((life, connection));
        if kept.len() > 5 {
            lives.push(end(kept.remove(id % 5)));
        }
    }
    lives.extend(kept.into_iter().map(end));
    lives
}

fn sends(until: Instant) -> Vec<Sent> {
    let ways = ways::<ticked>();
    let mut sent = Vec::new();
    for way in ways.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let calls = Mutex::default();
        let began = now();
        (way.send)(&ticked, Ticked { calls: &calls });
        let ended = now();
        sent.push(Sent {
            began,
            ended,
            called: calls.into_inner().unwrap(),
        });
    }
    sent
}

#[test]
fn s17_threads_that_send_connect_and_drop_at_once() {
    let (mut lives, sent) = within(60, || {
        let ids = AtomicU64::new(0);
        let until = Instant::now() + Duration::from_secs(2);
        thread::scope(|scope| {
            let connecting = [false, true].map(|weak| {
                let ids = &ids;
                scope.spawn(move || connects_and_drops(ids, until, weak))
            });
            let sending = [(); 2].map(|()| scope.spawn(move || sends(until)));
            let lives = connecting.map(|thread| thread.join().unwrap()).concat();
            let mut sent = Vec::new();
            for thread in sending {
                sent.extend(thread.join().unwrap());
            }
            (lives, sent)
        })
    });
    lives.sort_by_key(|life| life.id);
    assert!(
        lives.len() > 100 && sent.len() > 100,
        "hardly anything happened"
    );
    let surely_called: usize = sent.iter().map(|sent| check(sent, &lives)).sum();
    assert!(surely_called > 100, "the test has seen nothing");
    assert!(ticked.receivers().is_empty());
}

/// Compares one send with all lives, which are sorted by id. How many had to be called.
fn check(sent: &Sent, lives: &[Life]) -> usize {
    let mut called = sent.called.clone();
    called.sort_unstable();
    let twice = called.windows(2).find(|pair| pair[0] == pair[1]);
    assert!(twice.is_none(), "twice: {sent:?}");

    let mut latest = 0;
    for life in sent.called.iter().map(|id| &lives[*id]) {
        let dropped = life.dropped.load(Ordering::SeqCst);
        let is_there = life.connecting < sent.ended && dropped > sent.began;
        assert!(is_there, "not there: {life:?} {sent:?}");
        assert!(life.connected > latest, "order: {life:?} {sent:?}");
        latest = latest.max(life.connecting);
    }
    // Nobody lives long, and ids are given out as time goes by.
    let near = lives.partition_point(|life| life.connecting < sent.began);
    let near = near.saturating_sub(1_000)..near;
    let certain = lives[near]
        .iter()
        .filter(|life| life.connected < sent.began && sent.ended < life.dropping);
    let mut count = 0;
    for life in certain {
        let is_called = called.binary_search(&life.id).is_ok();
        assert!(is_called, "forgotten: {life:?} {sent:?}");
        count += 1;
    }
    count
}

/// Every receiver connects, drops what others connected, and sends on.
#[test]
fn receivers_that_connect_drop_and_send_on_several_threads() {
    static POOL: Mutex<Vec<Connection>> = Mutex::new(Vec::new());
    static CALLS: AtomicU64 = AtomicU64::new(0);

    fn receive(sent: &Tumbled) {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed);
        let taken = {
            let mut pool = POOL.lock().unwrap();
            (pool.len() > 6).then(|| pool.swap_remove(usize::try_from(calls).unwrap() % 6))
        };
        drop(taken);
        if sent.depth < 2 {
            let connection = tumbled.connect(receive);
            POOL.lock().unwrap().push(connection);
            let depth = sent.depth + 1;
            if calls % 3 == 0 {
                tumbled.send(Tumbled { depth }).unwrap();
            }
        }
    }

    within(60, || {
        let _root = tumbled.connect(receive);
        let (until, alive) = (
            Instant::now() + Duration::from_secs(1),
            AtomicBool::new(true),
        );
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while Instant::now() < until {
                        assert!(tumbled.send(Tumbled { depth: 0 }).unwrap().count() > 0);
                    }
                    alive.store(false, Ordering::SeqCst);
                });
            }
            scope.spawn(|| {
                while alive.load(Ordering::SeqCst) {
                    assert!(!tumbled.receivers().is_empty());
                    let taken = std::mem::take(&mut *POOL.lock().unwrap());
                    drop(taken);
                }
            });
        });
        assert!(CALLS.load(Ordering::Relaxed) > 100);
        drop(std::mem::take(&mut *POOL.lock().unwrap()));
        assert_eq!(tumbled.receivers().len(), 1);
    });
}
