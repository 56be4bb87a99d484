//! Futures without a runtime.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

/// The flag, for what is polled may park this thread as well.
struct Unpark(Thread, AtomicBool);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.1.store(true, Ordering::Release);
        self.0.unpark();
    }
}

/// Polls on this thread until done.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let unpark = Arc::new(Unpark(thread::current(), AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&unpark));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => {
                while !unpark.1.swap(false, Ordering::Acquire) {
                    thread::park();
                }
            }
        }
    }
}

/// Polls once, with a waker that does nothing.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Pending once, and ready to be polled again at once.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A door that opens once. Async receivers wait at it.
#[derive(Debug, Default)]
pub struct Waiter {
    open: AtomicBool,
    wakers: Mutex<Vec<Waker>>,
}

impl Waiter {
    /// A closed one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets everybody through, from any thread.
    ///
    /// # Panics
    ///
    /// When another thread panicked in here.
    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
        for waker in self.wakers.lock().unwrap().drain(..) {
            waker.wake();
        }
    }

    /// Waits until it is open.
    ///
    /// # Panics
    ///
    /// When another thread panicked in here.
    pub async fn wait(&self) {
        poll_fn(|cx| {
            let mut wakers = self.wakers.lock().unwrap();
            if self.open.load(Ordering::SeqCst) {
                return Poll::Ready(());
            }
            wakers.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// How many wait.
    ///
    /// # Panics
    ///
    /// When another thread panicked in here.
    pub fn waiting(&self) -> usize {
        self.wakers.lock().unwrap().len()
    }
}
