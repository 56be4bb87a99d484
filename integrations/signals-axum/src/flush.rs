//! Waiting for what goes on behind the responses.

use std::error::Error;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use signals_core::transaction;
use tokio::sync::Notify;
use tokio::time::timeout;

static REQUESTS: AtomicUsize = AtomicUsize::new(0);
/// Told whenever the last of them is finished.
static NO_REQUEST: Notify = Notify::const_new();

/// Waits until each request that has started has sent its `request_finished`, and until all that goes on
/// though its request was dropped is at its end: receivers after a commit, writes, handlers.
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
/// It waits for the whole program, all layers and servers of it, and whatever
/// [executor](transaction::set_executor) it has. A handler that is
/// [run to completion](crate::SignalsLayer::run_to_completion) is waited for as well.
///
/// # Errors
///
/// When the time is over before that. What still goes on goes on.
pub async fn flush(limit: Duration) -> Result<(), StillOpen> {
    timeout(limit, nothing_left()).await.map_err(|_| StillOpen {
        requests: requests(),
        left: transaction::under_way(),
    })
}

fn requests() -> usize {
    REQUESTS.load(Ordering::Acquire)
}

async fn nothing_left() {
    loop {
        no_request().await;
        transaction::flush().await;
        // Requests first: what they left behind is under way before they are finished.
        if requests() == 0 && transaction::under_way() == 0 {
            return;
        }
    }
}

async fn no_request() {
    loop {
        let mut told = pin!(NO_REQUEST.notified());
        // From here on nothing is missed.
        told.as_mut().enable();
        if requests() == 0 {
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
    /// What goes on though nobody awaits it: receivers of commits, writes that were cancelled, and
    /// handlers that are run to completion, which are among the requests as well.
    pub left: usize,
}

impl fmt::Display for StillOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, left } = self;
        write!(
            f,
            "not finished in time: {requests} requests, {left} tasks that go on without whoever awaited them"
        )
    }
}

impl Error for StillOpen {}

/// A request that was not finished yet, until this is dropped.
pub(crate) struct Counted(());

pub(crate) fn request() -> Counted {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
    Counted(())
}

impl Drop for Counted {
    fn drop(&mut self) {
        if REQUESTS.fetch_sub(1, Ordering::AcqRel) == 1 {
            NO_REQUEST.notify_waiters();
        }
    }
}
