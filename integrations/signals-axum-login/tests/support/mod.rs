//! A service with an in-memory store, over real HTTP, and a browser.
//!
//! The service handles a request in the scope of the test that makes it, so tests run at once and
//! each hears its own signals only.

#![allow(dead_code, reason = "each test program uses what it needs")]

pub(crate) mod browser;
pub(crate) mod service;
pub(crate) mod users;

use std::sync::{Arc, Mutex};

use signals_core::state::{self, ScopedState};

/// What receivers heard: `#[state] log: &Log`.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// A log for this test, until the guard is dropped.
    pub(crate) fn scoped() -> (Self, ScopedState) {
        let log = Self::default();
        let guard = state::scoped(log.clone());
        (log, guard)
    }

    pub(crate) fn add(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What was heard since it was asked last.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}
