//! How much the executor still has to run.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

static UNDER_WAY: Mutex<UnderWay> = Mutex::new(UnderWay {
    count: 0,
    next: 0,
    waiting: BTreeMap::new(),
});

struct UnderWay {
    count: usize,
    /// The number of who waits next.
    next: u64,
    waiting: BTreeMap<u64, Waker>,
}

fn state() -> MutexGuard<'static, UnderWay> {
    // Each change is whole before anything that can panic.
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much the executor has been handed that is not at its end: what commits and rollbacks have left
/// to run, and what is [run to completion](super::run_to_completion).
///
/// Counted for the whole program, whichever executor it is, from the hand-over until that has run to
/// its end or the executor has dropped it.
pub fn under_way() -> usize {
    state().count
}

/// Waits until nothing is [`under_way`].
///
/// To be awaited at the end of the program, before the executor stops; with a limit of time, for a
/// receiver may take as long as it likes. What is handed over later is not waited for.
///
/// ```
/// # async fn serve() {}
/// # async fn run() {
/// serve().await;
/// signals_core::transaction::flush().await;
/// # }
/// ```
pub fn flush() -> Flush {
    Flush { number: None }
}

/// The future of [`flush`]. It can be dropped at any time.
#[must_use = "a future does nothing until it is awaited"]
pub struct Flush {
    /// Under which it waits.
    number: Option<u64>,
}

impl Future for Flush {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = state();
        if state.count == 0 {
            return Poll::Ready(());
        }
        let number = self.number.unwrap_or(state.next);
        if self.number.replace(number).is_none() {
            state.next += 1;
        }
        let before = state.waiting.insert(number, waker);
        // A waker is somebody's code: none runs under the lock.
        drop(state);
        drop(before);
        Poll::Pending
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let waker = state().waiting.remove(&number);
            drop(waker);
        }
    }
}

impl fmt::Debug for Flush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flush")
    }
}

/// Something that is under way, until this is dropped.
pub(super) struct Counted(());

impl Counted {
    pub(super) fn new() -> Self {
        state().count += 1;
        Self(())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut state = state();
        state.count -= 1;
        let waiting = if state.count == 0 {
            mem::take(&mut state.waiting)
        } else {
            BTreeMap::new()
        };
        drop(state);
        for waker in waiting.into_values() {
            waker.wake();
        }
    }
}
