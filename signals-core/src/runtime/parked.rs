//! Waiting without a runtime: the thread is parked.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::Refusal;

pub(super) struct Blocker;

pub(super) fn blocking<R>(may_block: bool, f: impl FnOnce(Blocker) -> R) -> Result<R, Refusal> {
    if may_block {
        Ok(f(Blocker))
    } else {
        Err(
            "call `send_async`, or turn on the feature `tokio` of signals-core, or wrap the send \
             in `signals_core::runtime::may_block` if this thread may block",
        )
    }
}

impl Blocker {
    /// Polls on this thread, and parks it in between.
    #[expect(clippy::unused_self, reason = "there is another one")]
    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        let unpark = Arc::new(Unpark {
            thread: thread::current(),
            is_woken: AtomicBool::new(false),
        });
        let waker = Waker::from(Arc::clone(&unpark));
        let mut cx = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
                return value;
            }
            while !unpark.is_woken.swap(false, Ordering::Acquire) {
                thread::park();
            }
        }
    }
}

/// The token of `unpark` is the thread's, and whatever else parks it takes it; the flag is not.
struct Unpark {
    thread: Thread,
    is_woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}
