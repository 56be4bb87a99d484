//! A plain `send` that meets async receivers where the library knows no runtime.
//!
//! The feature is off only in `cargo test -p signals-core`: other packages of the workspace turn it
//! on for all of it.
#![cfg(not(feature = "tokio"))]

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use signals_core::{SendError, SendErrorKind, receiver, runtime, signal};

/// Runs `f` on a thread of its own; fails if that hangs.
fn within_a_minute(f: impl FnOnce() + Send + 'static) {
    let (done, result) = mpsc::channel();
    let thread = thread::spawn(move || {
        f();
        done.send(()).unwrap();
    });
    match result.recv_timeout(Duration::from_secs(60)) {
        Ok(()) => {}
        Err(RecvTimeoutError::Timeout) => panic!("this hangs"),
        Err(RecvTimeoutError::Disconnected) => resume_unwind(thread.join().unwrap_err()),
    }
}

/// A door that opens once.
#[derive(Default)]
struct Door {
    is_open: AtomicBool,
    waits: Mutex<Option<Waker>>,
}

impl Door {
    async fn wait(&self) {
        poll_fn(|cx| {
            let mut waits = self.waits.lock().unwrap();
            if self.is_open.load(Ordering::SeqCst) {
                return Poll::Ready(());
            }
            *waits = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn open(&self) {
        self.is_open.store(true, Ordering::SeqCst);
        if let Some(waker) = self.waits.lock().unwrap().take() {
            waker.wake();
        }
    }

    /// Opens it on another thread, and returns when that is done.
    fn open_elsewhere(self: &Arc<Self>) {
        let door = Arc::clone(self);
        thread::spawn(move || door.open()).join().unwrap();
    }
}

/// Both at once, `first` first.
async fn join(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let mut left = (true, true);
    poll_fn(move |cx| {
        left.0 = left.0 && first.as_mut().poll(cx).is_pending();
        left.1 = left.1 && second.as_mut().poll(cx).is_pending();
        if left == (false, false) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

signal! {
    waited(door: &Arc<Door>);
    nested(door: &Arc<Door>);
    inner(ready: &Arc<Door>);
    plain();
    outer();
}

/// While one half waits, it is woken, and the other half parks the thread.
#[receiver(waited)]
async fn is_woken_while_it_parks(door: &Arc<Door>) {
    let parks = async {
        door.open_elsewhere();
        thread::park();
    };
    join(door.wait(), parks).await;
}

/// The same, with a send that parks it.
#[receiver(nested)]
async fn is_woken_while_it_sends(door: &Arc<Door>) {
    let sends = async {
        door.open_elsewhere();
        let ready = &Arc::default();
        runtime::may_block(|| inner.send(Inner { ready })).unwrap();
    };
    join(door.wait(), sends).await;
}

#[receiver(inner)]
async fn waits_for_another_thread(ready: &Arc<Door>) {
    let opens = Arc::clone(ready);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        opens.open();
    });
    ready.wait().await;
}

#[test]
fn sg18_a_wake_is_not_lost_to_another_park() {
    within_a_minute(|| {
        let door = &Arc::default();
        let sent = runtime::may_block(|| waited.send(Waited { door }));
        assert_eq!(sent.unwrap().count(), 1);
    });
}

#[test]
fn sg18_a_wake_is_not_lost_to_a_nested_send() {
    within_a_minute(|| {
        let door = &Arc::default();
        let sent = runtime::may_block(|| nested.send(Nested { door }));
        assert_eq!(sent.unwrap().count(), 1);
    });
}

#[receiver(plain)]
async fn asynchronous() {}

#[receiver(outer)]
async fn sends_plainly() -> Result<(), SendError> {
    plain.send(Plain {}).map(drop)
}

fn assert_refused(error: &SendError) {
    assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
    let message = error.to_string();
    for part in ["asynchronous", "send_async", "`tokio`", "may_block"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

#[test]
fn sg18_without_tokio_it_is_refused_unless_told() {
    assert_refused(&plain.send(Plain {}).unwrap_err());
    assert_eq!(
        runtime::may_block(|| plain.send(Plain {})).unwrap().count(),
        1
    );
    assert_refused(&plain.send(Plain {}).unwrap_err());
}

/// What was told of the code around the send is not told of the async receivers in it.
#[test]
fn sg18_without_tokio_it_is_refused_in_a_receiver_that_is_waited_for() {
    within_a_minute(|| {
        let error = runtime::may_block(|| {
            let error = outer.send(Outer {}).unwrap_err();
            assert_eq!(plain.send(Plain {}).unwrap().count(), 1, "still told here");
            error
        });
        assert_refused(error.downcast_ref().unwrap());
    });
}
