//! The errors in the program's log: where a robust send says that a receiver failed.

use std::mem;
use std::sync::{Mutex, PoisonError};

use log::{Level, LevelFilter, Log, Metadata, Record};

struct Errors(Mutex<Vec<String>>);

static ERRORS: Errors = Errors(Mutex::new(Vec::new()));

impl Log for Errors {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() == Level::Error
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{}: {}", record.target(), record.args());
            let mut errors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            errors.push(line);
        }
    }

    fn flush(&self) {}
}

pub(crate) fn listen() {
    // The second test finds it there.
    if log::set_logger(&ERRORS).is_ok() {
        log::set_max_level(LevelFilter::Error);
    }
}

/// Those since the last time.
pub(crate) fn errors() -> Vec<String> {
    mem::take(&mut *ERRORS.0.lock().unwrap_or_else(PoisonError::into_inner))
}
