//! What was sent lately.
//!
//! Off until [`record`] turns it on; then the last sends of every signal are kept in a ring: who
//! ran, who did not and why, for how long, and where in the source it was sent.
//!
//! ```
//! use signals_core::{receiver, recent, signal};
//!
//! signal! {
//!     pub order_paid(number: u32);
//! }
//!
//! #[receiver(order_paid)]
//! fn send_receipt() {}
//!
//! recent::record(100);
//! order_paid.send(OrderPaid { number: 7 })?;
//!
//! let sends = recent::sends();
//! let last = sends.last().unwrap();
//! assert!(last.signal.name().ends_with("order_paid"));
//! assert_eq!(last.receivers.len(), 1);
//! println!("{last}");
//! # Ok::<(), signals_core::SendError>(())
//! ```
//!
//! [`report`] is all of it as plain text. A program that serves it, in development, can be asked from
//! the command line: `myapp signals explain order_paid --live http://127.0.0.1:8000`.

pub(crate) mod report;

use std::collections::VecDeque;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

pub use self::report::report;
pub use crate::watch::{Outcome, Ran, Skip};

use crate::receiver::Guarantee;
use crate::sender::Sender;
use crate::signal::SignalInfo;
use crate::watch::Watching;

static IS_ON: AtomicBool = AtomicBool::new(false);
static NEXT: AtomicU64 = AtomicU64::new(1);
static RING: Mutex<Ring> = Mutex::new(Ring {
    capacity: 0,
    sends: VecDeque::new(),
    watching: None,
});

struct Ring {
    capacity: usize,
    /// In the order in which they ended.
    sends: VecDeque<Sent>,
    watching: Option<Watching>,
}

/// One send.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sent {
    /// Counts the sends, in the order in which they began. A send that ended keeps its number.
    pub number: u64,
    /// The signal.
    pub signal: &'static SignalInfo,
    /// `Inline` for a send; else, this is the call of one receiver at the end of a transaction.
    pub guarantee: Guarantee,
    /// Who sent it.
    pub sender: Sender,
    /// Where in the source.
    pub site: &'static Location<'static>,
    /// When it began.
    pub at: SystemTime,
    /// How long it took.
    pub duration: Duration,
    /// The receivers that it found, in the order in which they ended.
    pub receivers: Vec<Ran>,
    /// Why nobody was called, for a send that was refused: its async receivers could not be awaited
    /// (see [`runtime`](crate::runtime)), or it was nested too deep
    /// ([`set_recursion_limit`](crate::set_recursion_limit)). Of a [`Pull`](crate::Pull): why nobody
    /// was called any more.
    pub refused: Option<String>,
}

impl fmt::Display for Sent {
    /// A line for the send, and one for each receiver.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            signal,
            sender,
            site,
            duration,
            guarantee,
            ..
        } = self;
        write!(f, "{signal}")?;
        if *guarantee != Guarantee::Inline {
            write!(f, " {guarantee}")?;
        }
        if !sender.is_none() {
            write!(f, " by {sender}")?;
        }
        write!(f, " ({}:{}) {duration:.1?}", site.file(), site.line())?;
        for ran in &self.receivers {
            write!(f, "\n  {}: {}", ran.receiver, ran.outcome)?;
            if !ran.duration.is_zero() {
                write!(f, " {:.1?}", ran.duration)?;
            }
        }
        if let Some(why) = &self.refused {
            write!(f, "\n  refused: {why}")?;
        }
        Ok(())
    }
}

/// Keeps the last `capacity` sends of every signal, for the whole program; 0 turns it off. What is
/// there already is kept as far as there is room.
///
/// While it is on, each send writes down who ran, which takes in the order of 100 ns for each
/// receiver. Off, it costs nothing.
pub fn record(capacity: usize) {
    let mut ring = ring();
    ring.capacity = capacity;
    let too_many = ring.sends.len().saturating_sub(capacity);
    let dropped: Vec<Sent> = ring.sends.drain(..too_many).collect();
    if capacity == 0 {
        ring.watching = None;
    } else if ring.watching.is_none() {
        ring.watching = Some(Watching::all());
    }
    IS_ON.store(capacity > 0, Ordering::Relaxed);
    drop(ring);
    drop(dropped);
}

/// The recorded sends, in the order in which they began.
pub fn sends() -> Vec<Sent> {
    let mut sends: Vec<Sent> = ring().sends.iter().cloned().collect();
    sends.sort_by_key(|sent| sent.number);
    sends
}

/// Forgets the recorded sends.
pub fn clear() {
    let sends = std::mem::take(&mut ring().sends);
    drop(sends);
}

fn ring() -> MutexGuard<'static, Ring> {
    // Nothing that can panic runs under the lock.
    RING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A send that has not ended.
pub(crate) struct Begun {
    pub(crate) number: u64,
    pub(crate) guarantee: Guarantee,
    pub(crate) signal: &'static SignalInfo,
    pub(crate) sender: Sender,
    pub(crate) site: &'static Location<'static>,
    pub(crate) at: SystemTime,
}

pub(crate) fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

pub(crate) fn next_number() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn push(
    begun: &Begun,
    duration: Duration,
    receivers: Vec<Ran>,
    refused: Option<String>,
) {
    let sent = Sent {
        number: begun.number,
        guarantee: begun.guarantee,
        signal: begun.signal,
        sender: begun.sender,
        site: begun.site,
        at: begun.at,
        duration,
        receivers,
        refused,
    };
    let mut ring = ring();
    let oldest = if ring.sends.len() >= ring.capacity {
        ring.sends.pop_front()
    } else {
        None
    };
    if ring.capacity > 0 {
        ring.sends.push_back(sent);
    }
    drop(ring);
    drop(oldest);
}
