//! An event log that is gone with the program.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use signals_core::signal::BoxFuture;
use signals_core::{BoxError, PrimaryKey};

use super::{Log, Store};

/// A [`Store`] in memory, for tests: clones are the same store.
///
/// It knows no transactions: what is rolled back stays in it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Vec<Log>>>);

impl MemoryStore {
    /// The rows, the newest first.
    pub fn rows(&self) -> Vec<Log> {
        let mut rows = self.lock().clone();
        rows.sort_by_key(|row| std::cmp::Reverse((row.timestamp, row.id)));
        rows
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Log>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn insert(&self, mut log: Log) -> BoxFuture<'_, Result<Log, BoxError>> {
        Box::pin(async move {
            let mut rows = self.lock();
            log.id = Some(i64::try_from(rows.len())? + 1);
            rows.push(log.clone());
            Ok(log)
        })
    }

    fn users_since(&self, since: SystemTime) -> BoxFuture<'_, Result<Vec<PrimaryKey>, BoxError>> {
        Box::pin(async move {
            let rows = self.lock();
            let recent = rows.iter().filter(|row| row.timestamp >= since);
            let users: BTreeSet<_> = recent.filter_map(|row| row.user.clone()).collect();
            Ok(users.into_iter().collect())
        })
    }
}
