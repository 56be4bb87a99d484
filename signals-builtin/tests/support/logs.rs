//! A log that each test reads for itself.

use std::cell::RefCell;

use log::{Level, LevelFilter, Log, Metadata, Record};

thread_local! {
    static LOGGED: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
}

struct ThreadLog;

impl Log for ThreadLog {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let logged = (
            record.level(),
            format!("{}: {}", record.target(), record.args()),
        );
        LOGGED.with_borrow_mut(|all| all.push(logged));
    }

    fn flush(&self) {}
}

/// Starts to record, for the whole program; each thread for itself.
pub(crate) fn record() {
    if log::set_logger(&ThreadLog).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
    LOGGED.take();
}

/// What this thread has logged since it was asked last: how grave it is, where to, and what.
pub(crate) fn logged() -> Vec<(Level, String)> {
    LOGGED.take()
}
