//! Receivers that send again: bounded, with an error that names the circle.
//!
//! The limit is the program's, so these tests take turns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use signals_core::{
    RobustDelivered, SendError, SendErrorKind, receiver, recursion_limit, set_recursion_limit,
    signal, testing,
};
use signals_tests::{Journal, Waiter, block_on, logs, poll_once, yield_now};

struct Limited(#[expect(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Drop for Limited {
    fn drop(&mut self) {
        set_recursion_limit(64);
    }
}

/// The limit, for this test alone.
fn limited(limit: u32) -> Limited {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let limited = Limited(turn);
    set_recursion_limit(limit);
    limited
}

signal! {
    ping(journal: &Journal);
    pong(journal: &Journal);
    awaited(journal: &Journal, yields: bool);
    robust_ping(journal: &Journal);
    copied();
    asks();
    asked() -> u32;
}

#[receiver(asked)]
fn one() -> u32 {
    1
}

#[receiver(asked)]
fn two() -> u32 {
    2
}

#[receiver(ping)]
fn sends_pong(journal: &Journal) -> Result<(), SendError> {
    journal.note("ping");
    pong.send(Pong { journal }).map(drop)
}

#[receiver(pong)]
fn sends_ping(journal: &Journal) -> Result<(), SendError> {
    journal.note("pong");
    ping.send(Ping { journal }).map(drop)
}

#[receiver(awaited)]
async fn awaits_itself(journal: &Journal, yields: bool) -> Result<(), SendError> {
    journal.note("awaited");
    if yields {
        yield_now().await;
    }
    awaited
        .send_async(Awaited { journal, yields })
        .await
        .map(drop)
}

#[receiver(robust_ping)]
fn sends_on(journal: &Journal) {
    journal.note("robust");
    note_refusal(journal, &robust_ping.send_robust(RobustPing { journal }));
}

fn note_refusal(journal: &Journal, sent: &RobustDelivered) {
    if let Some(error) = sent.refused() {
        assert_eq!(sent.count(), 0, "nobody was called");
        journal.note(error);
    }
}

/// The innermost error, and how many sends it went through.
fn innermost(error: &SendError) -> (&SendErrorKind, usize) {
    let (mut error, mut depth) = (error, 1);
    while let Some(inner) = error.downcast_ref::<SendError>() {
        error = inner;
        depth += 1;
    }
    (error.kind(), depth)
}

fn short(chain: &[&str]) -> Vec<String> {
    let last = |name: &&str| name.rsplit("::").next().unwrap().to_owned();
    chain.iter().map(last).collect()
}

#[test]
fn a_circle_ends_at_the_limit_with_an_error_that_names_it() {
    let _limited = limited(6);
    let journal = &Journal::new();
    let error = ping.send(Ping { journal }).unwrap_err();
    assert_eq!(
        journal.take(),
        ["ping", "pong", "ping", "pong", "ping", "pong"]
    );
    let (
        SendErrorKind::Recursion {
            signal,
            limit,
            chain,
            ..
        },
        depth,
    ) = innermost(&error)
    else {
        panic!("{error}");
    };
    assert_eq!((*signal, *limit, depth), (ping.info().name(), 6, 7));
    assert_eq!(
        short(chain),
        ["ping", "pong", "ping", "pong", "ping", "pong", "ping"]
    );
    let message = innermost(&error).0.to_string();
    for part in [
        "recursion::ping",
        "→",
        "recursion::pong",
        "6",
        "set_recursion_limit",
    ] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

#[test]
fn the_limit_is_64_unless_set_and_fits_into_a_threads_stack() {
    let _limited = limited(64);
    assert_eq!(recursion_limit(), 64);
    std::thread::spawn(|| {
        let journal = &Journal::new();
        let error = ping.send(Ping { journal }).unwrap_err();
        assert_eq!(journal.take().len(), 64);
        let (SendErrorKind::Recursion { chain, .. }, 65) = innermost(&error) else {
            panic!("{error}");
        };
        // The innermost ones.
        let chain = short(chain);
        assert!(chain.len() >= 3, "{chain:?}");
        assert!(chain.windows(2).all(|pair| pair[0] != pair[1]), "{chain:?}");
        assert_eq!(chain.last().unwrap(), "ping");

        let yields = false;
        block_on(awaited.send_async(Awaited { journal, yields })).unwrap_err();
        assert_eq!(journal.take().len(), 64);
    })
    .join()
    .unwrap();
}

#[test]
fn the_limit_is_at_least_one() {
    let _limited = limited(0);
    assert_eq!(recursion_limit(), 1);
    let journal = &Journal::new();
    let error = ping.send(Ping { journal }).unwrap_err();
    assert_eq!(innermost(&error).1, 2);
    assert_eq!(journal.take(), ["ping"]);
}

#[test]
fn the_limit_can_be_raised() {
    let _limited = limited(1_000);
    let big = std::thread::Builder::new().stack_size(64 << 20);
    big.spawn(|| {
        let journal = &Journal::new();
        ping.send(Ping { journal }).unwrap_err();
        assert_eq!(journal.take().len(), 1_000);
    })
    .unwrap()
    .join()
    .unwrap();
}

#[test]
fn after_the_error_everything_works_on() {
    let _limited = limited(10);
    let journal = &Journal::new();
    let yields = false;
    for _ in 0..3 {
        ping.send(Ping { journal }).unwrap_err();
        assert_eq!(journal.take().len(), 10);
        let _ = robust_ping.send_robust(RobustPing { journal });
        assert_eq!(journal.take().len(), 11);
        block_on(awaited.send_async(Awaited { journal, yields })).unwrap_err();
        assert_eq!(journal.take().len(), 10);
        assert!(ping.pull(Ping { journal }).first().is_err());
        assert_eq!(journal.take().len(), 10);
        let pulled = block_on(async { ping.pull(Ping { journal }).next_async().await });
        assert!(pulled.unwrap().is_err());
        assert_eq!(journal.take().len(), 10);
    }
}

#[test]
fn a_robust_send_that_is_refused_says_so_and_logs_once() {
    let _limited = limited(3);
    logs::record();
    let journal = &Journal::new();
    let outermost = robust_ping.send_robust(RobustPing { journal });
    assert!(outermost.is_ok(), "its own receiver went well");
    let noted = journal.take();
    assert_eq!(noted[..3], ["robust", "robust", "robust"]);
    assert!(noted[3].contains("robust_ping"), "{noted:?}");
    let records = logs::take();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].level, log::Level::Error);
    assert_eq!(records[0].target, "signals.dispatch");
    assert!(records[0].message.contains("robust_ping"));
}

#[test]
fn async_sends_are_counted_too_and_named() {
    let _limited = limited(5);
    for yields in [false, true] {
        let journal = &Journal::new();
        let error = block_on(awaited.send_async(Awaited { journal, yields })).unwrap_err();
        assert_eq!(journal.take().len(), 5, "yields: {yields}");
        let (
            SendErrorKind::Recursion {
                chain, limit: 5, ..
            },
            6,
        ) = innermost(&error)
        else {
            panic!("{error}");
        };
        assert_eq!(short(chain), ["awaited"; 6], "yields: {yields}");
    }
}

#[test]
fn a_send_within_an_awaited_receiver_counts_from_there() {
    signal! {
        outer(journal: &Journal);
    }

    #[receiver(outer)]
    async fn sends(journal: &Journal) -> Result<(), SendError> {
        yield_now().await;
        ping.send(Ping { journal }).map(drop)
    }

    let _limited = limited(4);
    let journal = &Journal::new();
    let error = block_on(outer.send_async(Outer { journal })).unwrap_err();
    assert_eq!(journal.take(), ["ping", "pong", "ping"]);
    let (SendErrorKind::Recursion { chain, .. }, 5) = innermost(&error) else {
        panic!("{error}");
    };
    assert_eq!(short(chain), ["outer", "ping", "pong", "ping", "pong"]);
    let error = outer.send(Outer { journal }).unwrap_err();
    assert_eq!(innermost(&error).1, 5);
    assert_eq!(journal.take(), ["ping", "pong", "ping"]);
}

#[test]
fn a_panic_in_a_nested_send_restores_the_depth() {
    signal! {
        deep(left: u32);
    }

    #[receiver(deep)]
    fn goes_deeper(left: u32) -> Result<(), SendError> {
        assert!(left > 0, "at the bottom");
        deep.send(Deep { left: left - 1 }).map(drop)
    }

    let _limited = limited(8);
    let journal = &Journal::new();
    for _ in 0..20 {
        catch_unwind(|| deep.send(Deep { left: 6 })).unwrap_err();
        let robust = deep.send_robust(Deep { left: 6 });
        assert_eq!(robust.errors()[0].panic_message(), Some("at the bottom"));
        let send = || block_on(deep.send_async(Deep { left: 6 }));
        catch_unwind(AssertUnwindSafe(send)).unwrap_err();
    }
    let error = ping.send(Ping { journal }).unwrap_err();
    assert_eq!(journal.take().len(), 8);
    let (SendErrorKind::Recursion { chain, .. }, 9) = innermost(&error) else {
        panic!("{error}");
    };
    assert_eq!(short(chain).len(), 9, "no names are left over");
}

#[test]
fn sends_that_wait_side_by_side_are_not_nested() {
    signal! {
        waiting(door: &Waiter);
    }

    #[receiver(waiting)]
    async fn waits(door: &Waiter) {
        door.wait().await;
    }

    let _limited = limited(3);
    let door = &Waiter::new();
    let send = || Box::pin(waiting.send_async(Waiting { door }));
    let mut sends: Vec<_> = (0..20).map(|_| send()).collect();
    for send in &mut sends {
        assert!(poll_once(send.as_mut()).is_pending());
    }
    // Some are dropped, in any order.
    drop(sends.swap_remove(3));
    drop(sends.pop());
    door.open();
    for send in &mut sends {
        assert!(matches!(poll_once(send.as_mut()), Poll::Ready(Ok(_))));
    }
}

#[test]
fn each_thread_counts_for_itself() {
    signal! {
        threaded(left: u32);
    }

    #[receiver(threaded)]
    fn on_another_thread(left: u32) -> Result<(), SendError> {
        if left == 0 {
            return Ok(());
        }
        let nested = || threaded.send(Threaded { left: left - 1 }).map(drop);
        std::thread::scope(|scope| scope.spawn(nested).join().unwrap())
    }

    let _limited = limited(2);
    threaded.send(Threaded { left: 10 }).unwrap();
}

#[test]
fn receivers_that_send_other_signals_a_little_are_in_nobodys_way() {
    signal! {
        first(journal: &Journal);
        second(journal: &Journal);
    }

    #[receiver(first)]
    fn sends_second(journal: &Journal) -> Result<(), SendError> {
        for _ in 0..100 {
            second.send(Second { journal })?;
        }
        Ok(())
    }

    #[receiver(second)]
    fn notes(journal: &Journal) {
        journal.note("second");
    }

    let _limited = limited(2);
    let journal = &Journal::new();
    first.send(First { journal }).unwrap();
    assert_eq!(journal.take().len(), 100);
}

#[test]
fn a_capture_that_sends_ends_at_the_limit() {
    static COPIES: AtomicU32 = AtomicU32::new(0);

    let _limited = limited(5);
    let _copied = testing::capture_with(&copied, |_| {
        COPIES.fetch_add(1, Ordering::Relaxed);
        copied.send(Copied {}).is_ok()
    });
    copied.send(Copied {}).unwrap();
    assert_eq!(COPIES.load(Ordering::Relaxed), 5);
}

#[test]
fn a_pull_that_is_refused_is_over() {
    let _limited = limited(1);
    let _asks = asks.connect(|_| {
        let mut pull = asked.pull(Asked {});
        block_on(pull.next_async()).unwrap().unwrap_err();
        assert!(block_on(pull.next_async()).is_none());
        let mut pull = asked.pull(Asked {});
        pull.next().unwrap().unwrap_err();
        assert!(pull.next().is_none());
    });
    asks.send(Asks {}).unwrap();
    assert_eq!(asked.pull(Asked {}).fold(0, |sum, it| sum + it).unwrap(), 3);
}
