//! A unit of work, and what waits for its end.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::job::Job;
use crate::receiver::Guarantee;
use crate::scope::{self, Layer};

/// A transaction or a savepoint.
pub(crate) struct Unit {
    parent: Option<Arc<Unit>>,
    /// `None`: it is over.
    queue: Mutex<Option<Queue>>,
}

/// In the order in which they came.
#[derive(Default)]
struct Queue {
    before_commit: Vec<Job>,
    on_commit: Vec<Job>,
    on_rollback: Vec<Job>,
}

impl Unit {
    pub(super) fn new(parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            parent,
            queue: Mutex::new(Some(Queue::default())),
        })
    }

    pub(super) fn parent(&self) -> Option<&Arc<Self>> {
        self.parent.as_ref()
    }

    fn queue(&self) -> MutexGuard<'_, Option<Queue>> {
        // Nothing that can panic runs under the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_open(&self) -> bool {
        self.queue().is_some()
    }

    /// Puts the job in the queue, or gives it back if the unit is over.
    fn push(&self, guarantee: Guarantee, job: Job) -> Option<Job> {
        let mut queue = self.queue();
        let Some(queue) = &mut *queue else {
            return Some(job);
        };
        match guarantee {
            Guarantee::Inline => return Some(job),
            Guarantee::BeforeCommit => queue.before_commit.push(job),
            Guarantee::OnCommit => queue.on_commit.push(job),
            Guarantee::OnRollback => queue.on_rollback.push(job),
        }
        None
    }

    /// What waits to run before the commit.
    pub(super) fn take_before(&self) -> Vec<Job> {
        let mut queue = self.queue();
        let queue = queue.as_mut().map(|queue| &mut queue.before_commit);
        queue.map_or_else(Vec::new, mem::take)
    }

    /// Ends it: what is to run now. A savepoint's goes to its parent.
    pub(super) fn commit(&self) -> Vec<Job> {
        let Some(queue) = self.queue().take() else {
            return Vec::new();
        };
        let Some(parent) = &self.parent else {
            return queue.on_commit;
        };
        if let Some(outer) = &mut *parent.queue() {
            outer.before_commit.extend(queue.before_commit);
            outer.on_commit.extend(queue.on_commit);
            outer.on_rollback.extend(queue.on_rollback);
        }
        Vec::new()
    }

    /// Ends it: what is to run now.
    pub(super) fn roll_back(&self) -> Vec<Job> {
        let queue = self.queue().take();
        queue.map_or_else(Vec::new, |queue| queue.on_rollback)
    }
}

/// The innermost transaction that is open in the current scope.
pub(crate) fn current() -> Option<Arc<Unit>> {
    scope::find(|layer| match layer {
        Layer::Transaction(Some(unit)) if unit.is_open() => Some(Some(Arc::clone(unit))),
        // Outside of any, whatever is further out.
        Layer::Transaction(None) => Some(None),
        _ => None,
    })
    .flatten()
}

/// Leaves the job to the innermost transaction that is open, or gives it back if there is none.
pub(crate) fn push(guarantee: Guarantee, job: Job) -> Option<Job> {
    let mut job = job;
    while let Some(unit) = current() {
        // Over since we looked: then another one may be open around it.
        job = unit.push(guarantee, job)?;
    }
    Some(job)
}
