//! Waiting for what goes on behind the responses.

use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use signals_core::transaction;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::timeout;

static REQUESTS: Count = Count(AtomicUsize::new(0));
static COMMITS: Count = Count(AtomicUsize::new(0));
/// Told whenever there is nothing left of one of them.
static NOTHING_LEFT: Notify = Notify::const_new();

/// Waits until each request that has started has sent its `request_finished`, and what was left to
/// run after commits whose request was dropped has run.
///
/// To be awaited when the server has stopped, before the runtime does:
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn serve(listener: tokio::net::TcpListener, app: axum::Router) -> std::io::Result<()> {
/// # let stop = std::future::pending::<()>();
/// axum::serve(listener, app).with_graceful_shutdown(stop).await?;
/// if let Err(open) = signals_axum::flush(Duration::from_secs(10)).await {
///     eprintln!("{open}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// It waits for the whole program, all layers and servers of it. A handler that is
/// [run to completion](crate::SignalsLayer::run_to_completion) is waited for as well.
///
/// # Errors
///
/// When the time is over before that. What still goes on goes on.
pub async fn flush(limit: Duration) -> Result<(), StillOpen> {
    timeout(limit, nothing_left()).await.map_err(|_| StillOpen {
        requests: REQUESTS.get(),
        commits: COMMITS.get(),
    })
}

async fn nothing_left() {
    loop {
        let mut told = pin!(NOTHING_LEFT.notified());
        // From here on nothing is missed.
        told.as_mut().enable();
        if REQUESTS.get() == 0 && COMMITS.get() == 0 {
            return;
        }
        told.await;
    }
}

/// What [`flush`] did not wait for, for its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StillOpen {
    /// Requests whose `request_finished` was not sent to its end.
    pub requests: usize,
    /// Commits of which there is something left to run.
    pub commits: usize,
}

impl fmt::Display for StillOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, commits } = self;
        write!(
            f,
            "not finished in time: {requests} requests, what was left to run after {commits} commits"
        )
    }
}

impl Error for StillOpen {}

struct Count(AtomicUsize);

impl Count {
    fn get(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    fn one(&'static self) -> Counted {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(self)
    }
}

/// Something that [`flush`] waits for, until this is dropped.
pub(crate) struct Counted(&'static Count);

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.0.fetch_sub(1, Ordering::AcqRel) == 1 {
            NOTHING_LEFT.notify_waiters();
        }
    }
}

/// A request that was not finished yet.
pub(crate) fn request() -> Counted {
    REQUESTS.one()
}

/// Counts what core hands over after commits, unless the program has an executor of its own.
pub(crate) fn watch_commits() {
    // An error says that there is one: this one, or the program's.
    let _ = transaction::set_executor(|left| {
        let counted = COMMITS.one();
        // Without a runtime it is dropped, which runs what can run without one.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                left.await;
                drop(counted);
            });
        }
    });
}
