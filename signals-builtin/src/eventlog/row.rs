//! One row of the event log.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;
use signals_core::{Model, PrimaryKey};

use crate::auth::Cleanser;

/// One row of the event log: who did what, and when.
///
/// Its `Debug` shows no value of `extra` whose name [looks like a secret](Cleanser). It is stored as
/// it is: what must not be in the table must not be given to [`log`](super::log).
#[derive(Clone, PartialEq, Model)]
#[model(label = "eventlog.Log")]
#[non_exhaustive]
pub struct Log {
    /// Which row; none until it is stored.
    pub id: Option<i64>,
    /// Who did it, by primary key. None if nobody was logged in.
    pub user: Option<PrimaryKey>,
    /// When it was done.
    pub timestamp: SystemTime,
    /// What was done: in capitals by custom, and 50 characters at most, such as `PASSWORD_CHANGED`.
    pub action: String,
    /// The label of the model of the object that it was done to.
    pub content_type: Option<String>,
    /// The object that it was done to, by primary key.
    pub object_id: Option<PrimaryKey>,
    /// What else there is to say: names and values.
    pub extra: Value,
}

impl Log {
    /// The longest `action`, in characters.
    pub const MAX_ACTION: usize = 50;

    /// A row that is not stored, of something that was done now. For stores, which make rows of what
    /// they read.
    pub fn new(action: impl Into<String>) -> Self {
        Self {
            id: None,
            user: None,
            timestamp: SystemTime::now(),
            action: action.into(),
            content_type: None,
            object_id: None,
            extra: Value::Object(serde_json::Map::new()),
        }
    }

    /// The template that shows such a row, by name: `eventlog/password_changed.html`.
    pub fn template_fragment_name(&self) -> String {
        format!("eventlog/{}.html", self.action.to_lowercase())
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = Cleanser::default().cleanse_json(&self.extra);
        f.debug_struct("Log")
            .field("id", &self.id)
            .field("user", &self.user)
            .field("timestamp", &self.timestamp)
            .field("action", &self.action)
            .field("content_type", &self.content_type)
            .field("object_id", &self.object_id)
            .field("extra", &format_args!("{extra}"))
            .finish()
    }
}
