//! One row of the event log.

use jiff::Timestamp;
use serde_json::Value;

/// Something that happened to an account, as the event log remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Grows with time; the key for paging.
    pub id: i64,
    /// The name of the user it happened to; none for attempts, and once the user is deleted.
    pub user: Option<String>,
    /// What happened, in capitals: `USER_LOGGED_IN`.
    pub action: String,
    /// The details, a JSON object.
    pub extra: Value,
    /// When.
    pub timestamp: Timestamp,
}
