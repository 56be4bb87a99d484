//! Tests that share a signal take turns.

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Turns(Mutex<()>);

impl Turns {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(()))
    }

    /// Waits until nobody else has the turn.
    pub(super) fn next(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
