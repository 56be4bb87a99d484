//! Where the rows of the event log are.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use signals_core::signal::BoxFuture;
use signals_core::state::{self, AlreadyProvided};
use signals_core::{BoxError, PrimaryKey};

use super::{Log, LogError};

/// A table of the event log, as an adapter for a database brings it along.
///
/// A store that knows the transaction of its caller, by the state of the caller's
/// [scope](mod@signals_core::scope), should write within it.
pub trait Store: Send + Sync + 'static {
    /// Writes a row, whose `id` is none, and returns it as it is stored, with its `id`.
    ///
    /// # Errors
    ///
    /// When it is not written.
    fn insert(&self, log: Log) -> BoxFuture<'_, Result<Log, BoxError>>;

    /// The users who did something then or later, each once.
    ///
    /// # Errors
    ///
    /// When the table cannot be read.
    fn users_since(&self, since: SystemTime) -> BoxFuture<'_, Result<Vec<PrimaryKey>, BoxError>>;
}

/// The [`Store`] that the application provided. Cheap to clone.
///
/// As a [state](signals_core::state), it can be another one for a test:
/// `state::scoped(EventStore::new(MemoryStore::default()))`.
#[derive(Clone)]
pub struct EventStore(Arc<dyn Store>);

impl EventStore {
    /// Any store.
    pub fn new(store: impl Store) -> Self {
        Self(Arc::new(store))
    }

    /// The store itself.
    pub fn store(&self) -> &dyn Store {
        &*self.0
    }

    pub(super) fn current() -> Result<Self, LogError> {
        let store = state::get::<Self>().ok_or(LogError::NoStore)?;
        Ok(Self::clone(&store))
    }
}

impl fmt::Debug for EventStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStore")
    }
}

/// Provides the store, for the rest of the program: once, in `main`.
///
/// # Errors
///
/// When there is one already, which stays.
pub fn provide(store: impl Store) -> Result<(), AlreadyProvided> {
    state::provide(EventStore::new(store))
}

/// The users who did something since then, each once: pinax-eventlog's statistics. Which of them are
/// new, and so do not count as active, the application knows.
///
/// # Errors
///
/// When there is no store, or it fails.
pub async fn users_since(since: SystemTime) -> Result<Vec<PrimaryKey>, LogError> {
    let store = EventStore::current()?;
    let users = store.store().users_since(since).await;
    users.map_err(LogError::Store)
}
