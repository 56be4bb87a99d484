//! Waiting for async receivers in a plain `send`.
//!
//! `send` is called on some thread that wants its result now. To wait for an async receiver there
//! is safe on a thread that may block, and a deadlock on the thread that drives everything else. So
//! this is decided before any receiver runs:
//!
//! | where | feature `tokio` | without |
//! |---|---|---|
//! | no runtime | waits in place, see below | refused |
//! | tokio, multi-thread (also in `spawn_blocking`) | waits in place | refused |
//! | the same, in a `LocalSet` | refused | refused |
//! | tokio, current-thread | refused | refused |
//! | a thread of `spawn_blocking` or of no runtime, inside [`may_block`] | waits in place | waits in place |
//! | an async receiver that is being waited for | as its runtime says | refused |
//!
//! Refused means an error value that says what to do, and nobody was called.
//!
//! # Where there is no runtime
//!
//! Async receivers find a tokio runtime nevertheless: one for the whole program, with one worker
//! thread, made for the first plain send that needs it and kept. They run on the thread of the
//! send. What they spawn runs on the worker and goes on after the send; like any thread, it ends
//! with the process. A process that was forked makes a runtime of its own, unless it was forked while
//! another thread was making one.
//!
//! # In a `LocalSet`
//!
//! tokio tells that a multi-thread runtime drives a `LocalSet` on this thread only by a panic of
//! `block_in_place`. It is caught, and a panic hook in front of the one that there is keeps it from
//! being printed; the hook passes on every other panic, and is set by the first plain send that
//! waits on a thread of a runtime. With `panic = "abort"` a send from a `LocalSet` aborts.

use std::cell::Cell;
use std::future::Future;

#[cfg(feature = "tokio")]
mod on_tokio;
#[cfg(not(feature = "tokio"))]
mod parked;

#[cfg(feature = "tokio")]
use on_tokio as imp;
#[cfg(not(feature = "tokio"))]
use parked as imp;

thread_local! {
    static MAY_BLOCK: Cell<bool> = const { Cell::new(false) };
}

/// What [`MAY_BLOCK`] is, until dropped.
struct Said(bool);

impl Said {
    fn new(may_block: bool) -> Self {
        Self(MAY_BLOCK.replace(may_block))
    }
}

impl Drop for Said {
    fn drop(&mut self) {
        MAY_BLOCK.set(self.0);
    }
}

/// Says that this thread may wait for async receivers while `f` runs.
///
/// For threads that the library cannot judge by itself: one of `spawn_blocking` under a
/// current-thread runtime, or any thread of another runtime's blocking pool. It is said of the code
/// in `f`, not of the async receivers that are waited for in there. With the feature `tokio`, a send on a
/// thread that drives a runtime after all is refused as it is without.
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
pub fn may_block<R>(f: impl FnOnce() -> R) -> R {
    let _said = Said::new(true);
    f()
}

/// How to wait on this thread.
pub(crate) struct Blocker(imp::Blocker);

impl Blocker {
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        // Async code runs in there, and nobody said it of that.
        let _said = Said::new(false);
        self.0.block_on(future)
    }
}

/// Why it is not possible to wait here, and what to do.
pub(crate) type Refusal = &'static str;

/// Runs `f` with a way to wait for futures, or not at all.
pub(crate) fn blocking<R>(f: impl FnOnce(&Blocker) -> R) -> Result<R, Refusal> {
    imp::blocking(MAY_BLOCK.get(), |blocker| f(&Blocker(blocker)))
}
