//! A log that each test reads for itself.

use std::cell::{Cell, RefCell};

use log::{Level, LevelFilter, Log, Metadata, Record};

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// How grave.
    pub level: Level,
    /// Where to.
    pub target: String,
    /// What.
    pub message: String,
}

thread_local! {
    static LOGGED: RefCell<Vec<Logged>> = const { RefCell::new(Vec::new()) };
    static PANICS: Cell<bool> = const { Cell::new(false) };
}

struct ThreadLog;

static LOG: ThreadLog = ThreadLog;

impl Log for ThreadLog {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        if PANICS.get() {
            std::panic::resume_unwind(Box::new("the log is full"));
        }
        let logged = Logged {
            level: record.level(),
            target: record.target().to_owned(),
            message: record.args().to_string(),
        };
        LOGGED.with_borrow_mut(|all| all.push(logged));
    }

    fn flush(&self) {}
}

/// Starts to record, for the whole program; each thread for itself.
pub fn record() {
    if log::set_logger(&LOG).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
    LOGGED.with_borrow_mut(Vec::clear);
}

/// How much this thread has logged since it last took its records.
pub fn count() -> usize {
    LOGGED.with_borrow(Vec::len)
}

/// Takes what this thread has logged.
pub fn take() -> Vec<Logged> {
    LOGGED.take()
}

/// Runs `f` on a thread whose log panics.
///
/// # Panics
///
/// When that gets out of `f`.
pub fn panicking<R>(f: impl FnOnce() -> R) -> R {
    PANICS.set(true);
    let result = f();
    PANICS.set(false);
    result
}
