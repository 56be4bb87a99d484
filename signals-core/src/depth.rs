//! How deep sends are nested, and where that ends.
//!
//! A receiver of `post_save` that saves again sends again. Unbounded, that overflows the stack;
//! here it ends in an error that names the signals in the circle. Counted for each thread, and for
//! async sends during each poll, so that it follows the future.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use crate::error::{SendError, SendErrorKind};
use crate::signal::SignalInfo;

static LIMIT: AtomicU32 = AtomicU32::new(64);

/// How many of the innermost signals an error names. Only these are written down while sending, so
/// that shallow sends pay for a counter alone.
const NAMED: u32 = 8;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static CHAIN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Sets how deep sends may be nested, for the whole program: 64 unless set. At least 1.
///
/// A send beyond the limit returns [`SendErrorKind::Recursion`] before any receiver is called.
pub fn set_recursion_limit(limit: u32) {
    LIMIT.store(limit.max(1), Ordering::Relaxed);
}

/// The limit that [`set_recursion_limit`] sets.
pub fn recursion_limit() -> u32 {
    LIMIT.load(Ordering::Relaxed)
}

/// One level deeper, until dropped.
pub(crate) struct Level {
    before: u32,
}

impl Level {
    /// Of a send that no receiver sends, and far from the limit: with nothing to remember.
    #[inline]
    pub(crate) fn outermost() -> Option<Self> {
        if DEPTH.get() == 0 {
            Self::shallow()
        } else {
            None
        }
    }

    /// Far from the limit, which is nearly always.
    #[inline]
    pub(crate) fn shallow() -> Option<Self> {
        let before = DEPTH.get();
        if before + NAMED >= recursion_limit() {
            return None;
        }
        DEPTH.set(before + 1);
        Some(Self { before })
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        // The threads of that test are one to `thread_local!`, and take turns anywhere.
        let before = if cfg!(shuttle) {
            DEPTH.get() - 1
        } else {
            self.before
        };
        DEPTH.set(before);
    }
}

/// One level deeper, at any depth, with the signal's name in the chain once the limit is near.
pub(crate) struct AnyLevel {
    _level: Level,
    named: bool,
}

impl AnyLevel {
    #[inline]
    pub(crate) fn enter(signal: &'static SignalInfo) -> Result<Self, SendError> {
        match Level::shallow() {
            Some(level) => Ok(Self {
                _level: level,
                named: false,
            }),
            None => Self::enter_near_limit(signal),
        }
    }

    #[cold]
    fn enter_near_limit(signal: &'static SignalInfo) -> Result<Self, SendError> {
        let limit = recursion_limit();
        if DEPTH.get() >= limit {
            let mut chain = CHAIN.with_borrow(Clone::clone);
            chain.push(signal.name());
            return Err(SendErrorKind::Recursion {
                signal: signal.name(),
                limit,
                chain,
            }
            .into());
        }
        Ok(Self::named(signal))
    }

    /// For a later poll of what was let in before.
    #[inline]
    fn again(signal: &'static SignalInfo) -> Self {
        match Level::shallow() {
            Some(level) => Self {
                _level: level,
                named: false,
            },
            None => Self::named(signal),
        }
    }

    #[cold]
    fn named(signal: &'static SignalInfo) -> Self {
        CHAIN.with_borrow_mut(|chain| chain.push(signal.name()));
        let before = DEPTH.get();
        DEPTH.set(before + 1);
        Self {
            _level: Level { before },
            named: true,
        }
    }
}

impl Drop for AnyLevel {
    #[inline]
    fn drop(&mut self) {
        if self.named {
            CHAIN.with_borrow_mut(Vec::pop);
        }
    }
}

/// Polls `send` one level deeper each time.
pub(crate) fn nested<F: Future>(
    signal: &'static SignalInfo,
    mut send: Pin<&mut F>,
) -> impl Future<Output = Result<F::Output, SendError>> {
    let mut let_in = false;
    poll_fn(move |cx| {
        let _level = if let_in {
            AnyLevel::again(signal)
        } else {
            match AnyLevel::enter(signal) {
                Ok(level) => level,
                Err(error) => return Poll::Ready(Err(error)),
            }
        };
        let_in = true;
        send.as_mut().poll(cx).map(Ok)
    })
}
