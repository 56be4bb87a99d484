//! Connections for the time of a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use signals_core::{Scope, Sender, in_current_scope, receiver, signal, state};
use signals_tests::{block_on, yield_now};

struct WebShop;

signal! {
    paid(sender, number: u32);
    unheard(number: u32);
    saved(number: u32);
}

#[receiver(paid, dispatch_uid = "scoped first")]
fn first() {}

struct Mailer(&'static str);

#[receiver(saved)]
fn mail(#[state] mailer: &Mailer, number: u32) -> Result<(), String> {
    Err(format!("{} {number}", mailer.0))
}

fn counter() -> (Arc<AtomicU32>, impl Fn() + Send + Sync + 'static) {
    let count = Arc::new(AtomicU32::new(0));
    let mine = Arc::clone(&count);
    let hear = move || {
        mine.fetch_add(1, Ordering::SeqCst);
    };
    (count, hear)
}

fn pay() {
    let sender = Sender::of::<WebShop>();
    paid.send(Paid { sender, number: 1 }).unwrap();
}

#[test]
fn ux14_a_temporary_connection_hears_this_thread_alone() {
    let (count, hear) = counter();
    let connection = paid.on().scoped().connect(move |_| hear()).unwrap();
    pay();
    thread::spawn(pay).join().unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    let scope = Scope::current();
    thread::spawn(|| scope.run(pay)).join().unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    drop(connection);
    pay();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[test]
fn nobody_else_sees_it() {
    let (_count, hear) = counter();
    let connection = unheard.on().scoped().connect(move |_| hear()).unwrap();
    assert!(unheard.has_listeners(Sender::none()));
    assert_eq!(unheard.receivers().len(), 1);
    let elsewhere = thread::spawn(|| {
        (
            unheard.has_listeners(Sender::none()),
            unheard.receivers().len(),
            unheard.send(Unheard { number: 1 }).unwrap().count(),
        )
    });
    assert_eq!(elsewhere.join().unwrap(), (false, 0, 0));
    assert!(connection.disconnect());
    assert!(!unheard.has_listeners(Sender::none()));
}

/// Each of these is heard by none but scoped connections of one test.
mod left {
    signals_core::signal! {
        pub(super) by_owner(number: u32);
        pub(super) by_owner_async(number: u32);
        pub(super) by_thread(number: u32);
        pub(super) by_future(number: u32);
        pub(super) by_uid(number: u32);
        pub(super) by_race(number: u32);
    }
}

/// A signal is not idle while a test beside this one mutes a receiver of whatever signal.
#[track_caller]
fn until(is_idle: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !is_idle() {
        assert!(Instant::now() < patience, "something of it stays");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn nothing_of_it_stays_when_its_owner_is_gone() {
    use left::{ByOwner, by_owner};
    let owner = Arc::new(AtomicU32::new(0));
    let connect = by_owner.on().scoped();
    connect
        .connect_weak(&owner, |heard, sent| {
            heard.fetch_add(sent.number, Ordering::SeqCst);
        })
        .unwrap();
    let send = || by_owner.send(ByOwner { number: 3 }).unwrap();
    send();
    thread::spawn(send).join().unwrap();
    assert_eq!(owner.load(Ordering::SeqCst), 3);
    assert!(!by_owner.is_idle());
    drop(owner);
    // Found out by a send, whoever sends.
    thread::spawn(send).join().unwrap();
    send();
    until(|| by_owner.is_idle());
}

#[test]
fn nothing_of_an_async_one_stays_when_its_owner_is_gone() {
    use left::{ByOwnerAsync, by_owner_async};
    async fn hear(heard: Arc<AtomicU32>, sent: &ByOwnerAsync) {
        heard.fetch_add(sent.number, Ordering::SeqCst);
    }
    let owner = Arc::new(AtomicU32::new(0));
    let connect = by_owner_async.on().scoped();
    connect.connect_async_weak(&owner, hear).unwrap();
    let send = || block_on(by_owner_async.send_async(ByOwnerAsync { number: 3 })).unwrap();
    send();
    assert_eq!(owner.load(Ordering::SeqCst), 3);
    drop(owner);
    send();
    send();
    until(|| by_owner_async.is_idle());
}

#[test]
fn detached_it_ends_with_its_thread() {
    use left::{ByThread, by_thread};
    let send = || by_thread.send(ByThread { number: 1 }).unwrap();
    let heard = thread::spawn(move || {
        let (count, hear) = counter();
        let connection = by_thread.on().scoped().connect(move |_| hear()).unwrap();
        connection.detach();
        send();
        count.load(Ordering::SeqCst)
    });
    assert_eq!(heard.join().unwrap(), 1);
    send();
    send();
    assert!(by_thread.receivers().is_empty());
    until(|| by_thread.is_idle());
}

#[test]
fn detached_it_ends_with_its_future() {
    use left::{ByFuture, by_future};
    let send = || by_future.send(ByFuture { number: 1 }).unwrap();
    let (count, hear) = counter();
    block_on(in_current_scope(async {
        let connection = by_future.on().scoped().connect(move |_| hear()).unwrap();
        connection.detach();
        yield_now().await;
        send();
    }));
    send();
    send();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    until(|| by_future.is_idle());
}

#[test]
fn detached_it_ends_with_its_uid() {
    use left::{ByUid, by_uid};
    let connect = by_uid.on().scoped().dispatch_uid("to go");
    connect.connect(|_| ()).unwrap().detach();
    by_uid.send(ByUid { number: 1 }).unwrap();
    assert!(!by_uid.is_idle());
    assert!(by_uid.disconnect("to go"));
    by_uid.send(ByUid { number: 1 }).unwrap();
    until(|| by_uid.is_idle());
}

#[test]
fn nobody_hears_one_of_another_scope_that_goes_away_at_that_moment() {
    use left::{ByRace, by_race};
    let (is_over, heard) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|threads| {
        threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let sent = by_race.send(ByRace { number: 1 }).unwrap();
                heard.fetch_add(u32::try_from(sent.count()).unwrap(), Ordering::Relaxed);
            }
        });
        for _ in 0..30_000 {
            drop(by_race.on().scoped().connect(|_| ()).unwrap());
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(heard.load(Ordering::Relaxed), 0);
}

#[test]
fn its_uid_is_its_scopes_own() {
    let connect = || {
        let (count, hear) = counter();
        let connected = saved.on().scoped().dispatch_uid("mine");
        (count, connected.connect(move |_| hear()))
    };
    let (_, first) = connect();
    let first = first.unwrap();
    // Another one in the same scope.
    assert!(connect().1.is_err());
    // Elsewhere it is free, and disconnecting it there does not reach this one.
    thread::spawn(move || {
        let (_, other) = connect();
        let other = other.unwrap();
        assert!(saved.disconnect("mine"));
        assert!(!other.is_connected());
        assert!(!saved.disconnect("mine"));
    })
    .join()
    .unwrap();
    assert!(first.is_connected());
    // A link-time uid is everybody's.
    assert!(
        paid.on()
            .scoped()
            .dispatch_uid("scoped first")
            .connect(|_| ())
            .is_err()
    );
}

#[test]
fn it_has_its_place_in_the_order() {
    let before = paid.on().scoped().before("scoped first");
    let before = before.dispatch_uid("scoped before").connect(|_| ());
    let _before = before.unwrap();
    signals_core::assert_order!(paid, ["scoped before", "scoped first"]);
}

#[test]
fn it_follows_its_future_over_awaits_and_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .unwrap();
    let task = |_| {
        runtime.spawn(in_current_scope(async {
            let (count, hear) = counter();
            let connection = unheard.on().scoped().connect(move |_| hear()).unwrap();
            for number in 0..50 {
                unheard.send_async(Unheard { number }).await.unwrap();
                tokio::task::yield_now().await;
            }
            drop(connection);
            unheard.send(Unheard { number: 50 }).unwrap();
            count.load(Ordering::SeqCst)
        }))
    };
    let tasks: Vec<_> = (0..20).map(task).collect();
    for task in tasks {
        assert_eq!(runtime.block_on(task).unwrap(), 50);
    }
}

#[test]
fn two_futures_on_one_thread_do_not_see_each_other() {
    let future = || {
        in_current_scope(async {
            let (count, hear) = counter();
            let _connection = unheard.on().scoped().connect(move |_| hear()).unwrap();
            for number in 0..10 {
                unheard.send(Unheard { number }).unwrap();
                yield_now().await;
            }
            count.load(Ordering::SeqCst)
        })
    };
    let mut both = [Box::pin(future()), Box::pin(future())];
    let [one, other] = &mut both;
    let counts = block_on(async {
        let mut counts = [None, None];
        std::future::poll_fn(|cx| {
            for (count, future) in counts.iter_mut().zip([&mut *one, &mut *other]) {
                if count.is_some() {
                    continue;
                }
                if let std::task::Poll::Ready(done) = future.as_mut().poll(cx) {
                    *count = Some(done);
                }
            }
            if counts.iter().all(Option::is_some) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        counts
    });
    assert_eq!(counts, [Some(10), Some(10)]);
}

#[test]
fn a_test_swaps_the_mailer() {
    let error = |number| {
        let error = saved.send(Saved { number }).unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    };
    let outer = state::scoped(Mailer("outer"));
    assert_eq!(error(1), "outer 1");
    let inner = state::scoped(Mailer("inner"));
    assert_eq!(error(2), "inner 2");
    drop(outer);
    assert_eq!(error(3), "inner 3");
    drop(inner);
    assert!(error(4).contains("nobody provided"));
}

#[test]
fn a_task_without_a_scope_is_told_so() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let task = runtime.block_on(async {
        tokio::spawn(async { drop(signals_core::testing::capture(&unheard)) }).await
    });
    let panic = task.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap();
    assert!(message.contains("in_current_scope"), "{message}");
    // The body of a test is no task.
    runtime.block_on(async { drop(signals_core::testing::capture(&unheard)) });
}

#[test]
fn a_connection_whose_scope_is_over_was_not_connected_any_more() {
    signal! {
        told();
    }
    let connect = || told.on().scoped().connect(|_| ()).unwrap();
    let connection = Scope::none().run(connect);
    assert!(!connection.is_connected());
    assert!(!connection.disconnect());
    assert!(connect().disconnect());
}

#[test]
fn in_a_task_without_a_scope_it_panics() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    signal! {
        told();
    }
    let listen = || drop(told.on().scoped().connect(|_| ()).unwrap());
    runtime.block_on(async {
        let lost = tokio::spawn(async move { listen() }).await;
        let message = *lost.unwrap_err().into_panic().downcast::<&str>().unwrap();
        assert!(message.contains("in_current_scope"), "{message}");
        tokio::spawn(in_current_scope(async move { listen() }))
            .await
            .unwrap();
    });
}
