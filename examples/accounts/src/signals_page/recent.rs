//! The recorded sends as JSON: an array, the oldest first, of objects with these keys in this order.
//!
//! | key of a send | value |
//! |---|---|
//! | `number` | number: counts the sends of the program in the order in which they began |
//! | `at_us` | number: when it was sent, in microseconds since 1970 |
//! | `signal` | string: the name |
//! | `sender` | string: who sent it; `null` for nobody in particular |
//! | `file`, `line` | string and number: where it was sent |
//! | `duration_ns` | number: how long it took, in nanoseconds |
//! | `receivers` | array of *receivers*, in the order in which they ended |
//!
//! | key of a *receiver* | value |
//! |---|---|
//! | `key` | string, as in the catalogue |
//! | `outcome` | string: `succeeded`, `failed`, `panicked`, `cancelled`, `deferred` or `skipped` |
//! | `message` | string: the error, or why it was skipped; else `null` |
//! | `duration_ns` | number: how long it took, in nanoseconds; 0 if it was not called |

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use signals_core::recent::{Ran, Sent, sends};

#[derive(Serialize)]
struct Send {
    number: u64,
    at_us: u64,
    signal: &'static str,
    sender: Option<String>,
    file: &'static str,
    line: u32,
    duration_ns: u64,
    receivers: Vec<Receiver>,
}

#[derive(Serialize)]
struct Receiver {
    key: String,
    outcome: &'static str,
    message: Option<String>,
    duration_ns: u64,
}

pub(super) fn to_json() -> String {
    let sends: Vec<Send> = sends().iter().map(Send::from).collect();
    // There are no keys that are no strings, which is all that can go wrong.
    serde_json::to_string(&sends).unwrap_or_default()
}

impl From<&Sent> for Send {
    fn from(sent: &Sent) -> Self {
        let since = sent.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            number: sent.number,
            at_us: since.as_micros().try_into().unwrap_or(u64::MAX),
            signal: sent.signal.name(),
            sender: (!sent.sender.is_none()).then(|| sent.sender.to_string()),
            file: sent.site.file(),
            line: sent.site.line(),
            duration_ns: nanoseconds(sent.duration),
            receivers: sent.receivers.iter().map(Receiver::from).collect(),
        }
    }
}

impl From<&Ran> for Receiver {
    fn from(ran: &Ran) -> Self {
        Self {
            key: ran.receiver.key(),
            outcome: ran.outcome.as_str(),
            message: ran.outcome.message(),
            duration_ns: nanoseconds(ran.duration),
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos().try_into().unwrap_or(u64::MAX)
}
