//! The recorded sends as JSON, as `/signals/recent.json` promises it.

use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use signals_core::recent::{Ran, Sent, sends};

// The order of the fields is that of the keys.
#[derive(Serialize)]
struct Send {
    number: u64,
    at_us: u64,
    signal: &'static str,
    guarantee: &'static str,
    sender: Option<String>,
    file: &'static str,
    line: u32,
    duration_ns: u64,
    receivers: Vec<Receiver>,
    refused: Option<String>,
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
            guarantee: sent.guarantee.as_str(),
            sender: (!sent.sender.is_none()).then(|| sent.sender.to_string()),
            file: sent.site.file(),
            line: sent.site.line(),
            duration_ns: nanoseconds(sent.duration),
            receivers: sent.receivers.iter().map(Receiver::from).collect(),
            refused: sent.refused.clone(),
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
