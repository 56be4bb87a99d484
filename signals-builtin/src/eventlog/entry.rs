//! Writing to the event log.

use std::time::SystemTime;

use serde_json::Value;
use signals_core::signal::BoxFuture;
use signals_core::{AnyModel, Sender};

use super::{EventLogged, EventStore, Log, LogError, event_logged};

/// Writes to the event log, when it is awaited: that `user` did `action`, with `extra` to it.
///
/// `user` may be none, or not stored: nobody was logged in. `extra` is names and values,
/// `json!({ … })`, or null for none.
///
/// ```
/// # use serde_json::json;
/// # use signals_builtin::eventlog::{self, Log, LogError};
/// # use signals_core::Model;
/// # #[derive(Debug, Model)]
/// # struct User { id: i64 }
/// # #[derive(Debug, Model)]
/// # struct Order { id: i64 }
/// async fn cancel(user: &User, order: &Order) -> Result<Log, LogError> {
///     // …
///     eventlog::log(Some(user), "ORDER_CANCELLED", json!({ "reason": "late" }))
///         .obj(order)
///         .await
/// }
/// ```
///
/// Awaited, it writes the row, sends [`event_logged`], and returns the row as the receivers left it.
/// Dropped while it is awaited, it stops there: the row may be written, and receivers may not have
/// been called.
///
/// # Errors
///
/// See [`LogError`].
pub fn log(user: Option<&dyn AnyModel>, action: impl Into<String>, extra: Value) -> Entry {
    let mut log = Log::new(action);
    log.user = user.and_then(AnyModel::pk);
    if !extra.is_null() {
        log.extra = extra;
    }
    Entry { log }
}

/// What is to be written to the event log; made by [`log`]. Nothing is, until it is awaited.
#[derive(Clone, Debug)]
#[must_use = "nothing is logged until this is awaited"]
pub struct Entry {
    log: Log,
}

impl Entry {
    /// What it was done to.
    pub fn obj(mut self, object: &dyn AnyModel) -> Self {
        self.log.content_type = Some(object.label().to_owned());
        self.log.object_id = object.pk();
        self
    }

    /// When it was done; now, unless given.
    pub fn dateof(mut self, timestamp: SystemTime) -> Self {
        self.log.timestamp = timestamp;
        self
    }

    async fn write(self) -> Result<Log, LogError> {
        let length = self.log.action.chars().count();
        if length == 0 || length > Log::MAX_ACTION {
            return Err(LogError::Action { length });
        }
        let store = EventStore::current()?;
        let written = store.store().insert(self.log).await;
        let mut log = written.map_err(LogError::Store)?;
        event_logged
            .send_async(EventLogged {
                sender: Sender::model::<Log>(),
                log: &mut log,
            })
            .await
            .map_err(LogError::Afterwards)?;
        Ok(log)
    }
}

impl IntoFuture for Entry {
    type Output = Result<Log, LogError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.write())
    }
}
