//! Waiting for async receivers in a plain `send`.
//!
//! `send` is called on some thread that wants its result now. To wait for an async receiver there
//! is safe on a thread that may block, and a deadlock on the thread that drives everything else. So
//! this is decided before any receiver runs:
//!
//! | where | feature `tokio` | without |
//! |---|---|---|
//! | no runtime | a runtime of its own, for this send | refused |
//! | tokio, multi-thread (also in `spawn_blocking`) | waits in place | refused |
//! | tokio, current-thread | refused | refused |
//! | inside [`may_block`] | waits in place | waits in place |
//!
//! Refused means an error value that says what to do, and nobody was called.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

thread_local! {
    static MAY_BLOCK: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread may wait for async receivers while `f` runs.
///
/// For threads that the library cannot judge by itself: one of `spawn_blocking` under a
/// current-thread runtime, or any thread of another runtime's blocking pool.
///
/// ```
/// use signals_core::{receiver, runtime, signal};
///
/// signal! {
///     pub cache_cleared();
/// }
///
/// #[receiver(cache_cleared)]
/// async fn warm_up() {}
///
/// runtime::may_block(|| cache_cleared.send(CacheCleared {}))?;
/// # Ok::<(), signals_core::SendError>(())
/// ```
///
/// # Panics
///
/// With the feature `tokio`, a send panics in here if the thread is driving a runtime after all.
pub fn may_block<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            MAY_BLOCK.set(self.0);
        }
    }

    let _restore = Restore(MAY_BLOCK.replace(true));
    f()
}

/// How to wait on this thread.
pub(crate) enum Blocker {
    /// With a waker that unparks the thread.
    Park,
    #[cfg(feature = "tokio")]
    Handle(tokio::runtime::Handle),
    #[cfg(feature = "tokio")]
    Own(tokio::runtime::Runtime),
}

impl Blocker {
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        match self {
            Self::Park => park_on(future),
            #[cfg(feature = "tokio")]
            Self::Handle(handle) => handle.block_on(future),
            #[cfg(feature = "tokio")]
            Self::Own(runtime) => runtime.block_on(future),
        }
    }
}

/// Why it is not possible to wait here, and what to do.
pub(crate) type Refusal = &'static str;

/// Runs `f` with a way to wait for futures, or not at all.
#[cfg(not(feature = "tokio"))]
pub(crate) fn blocking<R>(f: impl FnOnce(&Blocker) -> R) -> Result<R, Refusal> {
    if MAY_BLOCK.get() {
        Ok(f(&Blocker::Park))
    } else {
        Err(
            "call `send_async`, or turn on the feature `tokio` of signals-core, or wrap the send \
             in `signals_core::runtime::may_block` if this thread may block",
        )
    }
}

/// Runs `f` with a way to wait for futures, or not at all.
#[cfg(feature = "tokio")]
pub(crate) fn blocking<R>(f: impl FnOnce(&Blocker) -> R) -> Result<R, Refusal> {
    use tokio::runtime::{Builder, Handle, RuntimeFlavor};

    match Handle::try_current() {
        Ok(handle) if MAY_BLOCK.get() => Ok(f(&Blocker::Handle(handle))),
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::CurrentThread => Err(
            "this thread belongs to a current-thread runtime, which would wait for itself; call \
             `send_async`, or wrap the send in `signals_core::runtime::may_block` if this is a \
             thread of `spawn_blocking`",
        ),
        Ok(handle) => in_place(|| f(&Blocker::Handle(handle))),
        Err(_) => match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => Ok(f(&Blocker::Own(runtime))),
            Err(_) => Ok(f(&Blocker::Park)),
        },
    }
}

/// `block_in_place`, which panics in a `LocalSet`: that is no place to wait either.
#[cfg(feature = "tokio")]
fn in_place<R>(f: impl FnOnce() -> R) -> Result<R, Refusal> {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    let mut entered = false;
    let run = || {
        tokio::task::block_in_place(|| {
            entered = true;
            f()
        })
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Ok(value),
        Err(panic) if entered => resume_unwind(panic),
        Err(_) => {
            Err("this is a task of a `LocalSet`, which would wait for itself; call `send_async`")
        }
    }
}

/// Polls on this thread, and parks it in between.
fn park_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
