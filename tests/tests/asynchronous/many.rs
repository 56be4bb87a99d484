//! More async receivers at once than are polled all together: each has a waker of its own then.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use signals_core::{BoxError, BoxFuture, Connection, receiver, signal};
use signals_tests::{Waiter, block_on, within};

const MANY: usize = 100;

#[test]
fn many_are_woken_one_by_one_from_other_threads() {
    signal! {
        gathered() -> usize;
    }
    within(60, || {
        let doors: Vec<Arc<Waiter>> = (0..MANY).map(|_| Arc::default()).collect();
        let _connections: Vec<Connection> = doors
            .iter()
            .enumerate()
            .map(|(index, door)| {
                let door = Arc::clone(door);
                gathered.connect_boxed(move |_| -> BoxFuture<'_, usize> {
                    let door = Arc::clone(&door);
                    Box::pin(async move {
                        door.wait().await;
                        index
                    })
                })
            })
            .collect();
        let openers: Vec<_> = (0..4)
            .map(|thread| {
                let doors = doors.clone();
                std::thread::spawn(move || {
                    for door in doors.iter().rev().skip(thread).step_by(4) {
                        std::thread::sleep(Duration::from_micros(50));
                        door.open();
                    }
                })
            })
            .collect();
        let answers = block_on(gathered.concurrent().send_async(Gathered {})).unwrap();
        assert!(answers.into_answers().eq(0..MANY), "in defined order");
        for opener in openers {
            opener.join().unwrap();
        }
    });
}

/// Counts how often it is woken.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn only_the_one_that_was_woken_is_polled_and_the_task_that_polled_last_is_woken() {
    signal! {
        gathered(polls: &AtomicUsize, wakers: &Mutex<Vec<Waker>>, open: &AtomicBool);
    }
    let _connections: Vec<Connection> = (0..MANY)
        .map(|_| {
            gathered.connect_boxed(|sent| {
                Box::pin(poll_fn(move |cx: &mut Context<'_>| {
                    sent.polls.fetch_add(1, Ordering::SeqCst);
                    if sent.open.load(Ordering::SeqCst) {
                        return Poll::Ready(());
                    }
                    sent.wakers.lock().unwrap().push(cx.waker().clone());
                    Poll::Pending
                }))
            })
        })
        .collect();
    let (polls, wakers, open) = Default::default();
    let mut send = Box::pin(gathered.concurrent().send_async(Gathered {
        polls: &polls,
        wakers: &wakers,
        open: &open,
    }));
    let (first, second) = (Arc::new(Counting::default()), Arc::new(Counting::default()));
    let mut poll = |by: &Arc<Counting>| {
        let waker = Waker::from(Arc::clone(by));
        send.as_mut().poll(&mut Context::from_waker(&waker))
    };
    assert!(poll(&first).is_pending());
    assert_eq!(polls.swap(0, Ordering::SeqCst), MANY);
    // Moved to another task.
    assert!(poll(&second).is_pending());
    assert_eq!(polls.swap(0, Ordering::SeqCst), 0, "nobody was woken");

    let old: Vec<Waker> = std::mem::take(&mut wakers.lock().unwrap());
    old[7].wake_by_ref();
    old[7].wake_by_ref();
    assert_eq!(first.0.load(Ordering::SeqCst), 0);
    assert!(second.0.load(Ordering::SeqCst) > 0);
    assert!(poll(&second).is_pending());
    assert_eq!(polls.swap(0, Ordering::SeqCst), 1);

    open.store(true, Ordering::SeqCst);
    for waker in old {
        waker.wake();
    }
    // Number 7 has another waker by now.
    let ready = poll(&second);
    assert!(matches!(ready, Poll::Ready(Ok(delivered)) if delivered.count() == MANY));
    drop(send);
    for waker in wakers.into_inner().unwrap() {
        waker.wake(); // Too late, and harmless.
    }
}

/// One that keeps waking itself must not keep the task to itself.
#[test]
fn one_that_never_rests_lets_other_tasks_run() {
    signal! {
        gathered(open: &AtomicBool);
    }
    within(60, || {
        let _connections: Vec<Connection> = (0..MANY)
            .map(|index| {
                gathered.connect_boxed(move |sent| {
                    Box::pin(poll_fn(move |cx: &mut Context<'_>| {
                        if index != 50 || sent.open.load(Ordering::SeqCst) {
                            return Poll::Ready(());
                        }
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    }))
                })
            })
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(async {
            let open = Arc::new(AtomicBool::new(false));
            let opens = Arc::clone(&open);
            let opener = tokio::spawn(async move { opens.store(true, Ordering::SeqCst) });
            let sent = gathered.concurrent().send_async(Gathered { open: &open });
            assert_eq!(sent.await.unwrap().count(), MANY);
            opener.await.unwrap();
        });
    });
}

#[test]
fn a_failure_among_many_drops_the_others_and_robust_does_not() {
    signal! {
        gathered(open: &AtomicBool) -> usize;
    }
    within(60, || {
        let alive = Arc::new(());
        let _connections: Vec<Connection> = (0..MANY)
            .map(|index| {
                let alive = Arc::clone(&alive);
                gathered.connect_boxed(move |sent| -> BoxFuture<'_, Result<usize, BoxError>> {
                    let alive = Arc::clone(&alive);
                    Box::pin(async move {
                        signals_tests::yield_now().await;
                        let ended = match index {
                            40 => Err("forty".into()),
                            60 => panic!("sixty"),
                            _ if sent.open.load(Ordering::SeqCst) => Ok(index),
                            _ => std::future::pending().await,
                        };
                        drop(alive);
                        ended
                    })
                })
            })
            .collect();
        let open = &AtomicBool::new(false);
        let before = Arc::strong_count(&alive);
        let error = block_on(gathered.concurrent().send_async(Gathered { open })).unwrap_err();
        assert_eq!(
            std::error::Error::source(&error).unwrap().to_string(),
            "forty"
        );
        assert_eq!(Arc::strong_count(&alive), before, "all futures are gone");

        open.store(true, Ordering::SeqCst);
        let robust = block_on(gathered.concurrent().send_robust_async(Gathered { open }));
        assert_eq!(robust.len(), MANY);
        assert_eq!(robust.answers().count(), MANY - 2);
        assert!(robust[40].answer.is_err() && robust[60].answer.is_err());
        for index in [0, 39, 41, 99] {
            assert_eq!(*robust[index].answer.as_ref().unwrap(), index);
        }
        assert_eq!(Arc::strong_count(&alive), before);
    });
}

mod around {
    use super::{receiver, signal};

    signal! {
        pub(super) counted() -> usize;
    }

    #[receiver(counted)]
    async fn linked() -> usize {
        signals_tests::yield_now().await;
        1_000
    }
}

/// Thirty are polled together; thirty-one have wakers.
#[test]
fn the_number_of_receivers_makes_no_difference() {
    use around::{Counted, counted};
    within(60, || {
        let mut connections: Vec<Connection> = Vec::new();
        for number in 0..40 {
            let answers = block_on(counted.concurrent().send_async(Counted {})).unwrap();
            let expected = [1_000].into_iter().chain(0..number);
            assert!(answers.into_answers().eq(expected), "{number}");
            connections.push(counted.connect_boxed(move |_| {
                Box::pin(async move {
                    for _ in 0..number % 4 {
                        signals_tests::yield_now().await;
                    }
                    number
                })
            }));
        }
    });
}

/// A task that goes with its last waker wakes one of the receivers that it waited for.
#[test]
fn a_waker_that_is_let_go_of_may_wake_a_receiver() {
    signal! {
        gathered(wakers: &Mutex<Vec<Waker>>);
    }
    struct Task(Mutex<Option<Waker>>);
    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    impl Drop for Task {
        fn drop(&mut self) {
            if let Some(receiver) = self.0.lock().unwrap().take() {
                receiver.wake();
            }
        }
    }

    within(60, || {
        let _connections: Vec<Connection> = (0..MANY)
            .map(|_| {
                gathered.connect_boxed(|sent| -> BoxFuture<'_, ()> {
                    Box::pin(poll_fn(move |cx: &mut Context<'_>| {
                        sent.wakers.lock().unwrap().push(cx.waker().clone());
                        Poll::Pending
                    }))
                })
            })
            .collect();
        let wakers = Mutex::default();
        let mut send = Box::pin(
            gathered
                .concurrent()
                .send_async(Gathered { wakers: &wakers }),
        );
        let task = Arc::new(Task(Mutex::default()));
        let waker = Waker::from(Arc::clone(&task));
        let polled = send.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
        *task.0.lock().unwrap() = wakers.lock().unwrap().pop();
        drop((task, waker));
        let polled = send.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    });
}
