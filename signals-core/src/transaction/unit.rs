//! A unit of work, and what waits for its end.

use std::iter;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::job::Job;
use crate::receiver::Guarantee;
use crate::scope::{self, Layer};

/// A transaction or a savepoint.
pub(crate) struct Unit {
    parent: Option<Arc<Unit>>,
    state: Mutex<State>,
}

enum State {
    Open(Queue),
    Committed,
    RolledBack,
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
            state: Mutex::new(State::Open(Queue::default())),
        })
    }

    pub(super) fn parent(&self) -> Option<&Arc<Self>> {
        self.parent.as_ref()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_open(&self) -> bool {
        matches!(*self.state(), State::Open(_))
    }

    /// The innermost that is open, of this one and those around it.
    pub(super) fn open(self: &Arc<Self>) -> Option<Arc<Self>> {
        let mut outwards = iter::successors(Some(self), |unit| unit.parent.as_ref());
        outwards.find(|unit| unit.is_open()).cloned()
    }

    /// Puts the job in the queue, or gives it back if the unit is over.
    fn push(&self, guarantee: Guarantee, job: Job) -> Option<Job> {
        let mut state = self.state();
        let State::Open(queue) = &mut *state else {
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
        match &mut *self.state() {
            State::Open(queue) => mem::take(&mut queue.before_commit),
            State::Committed | State::RolledBack => Vec::new(),
        }
    }

    /// Ends it once: what waited.
    fn end(&self, end: State) -> Option<Queue> {
        let mut state = self.state();
        let State::Open(queue) = &mut *state else {
            return None;
        };
        let queue = mem::take(queue);
        *state = end;
        Some(queue)
    }

    /// Ends it: what is to run now. A savepoint's goes to what is around it.
    pub(super) fn commit(&self) -> Vec<Job> {
        let Some(mut queue) = self.end(State::Committed) else {
            return Vec::new();
        };
        let mut around = self.parent.as_deref();
        while let Some(unit) = around {
            match &mut *unit.state() {
                State::Open(outer) => {
                    outer.append(&mut queue);
                    return Vec::new();
                }
                // It ended first: then as that did.
                State::Committed => around = unit.parent.as_deref(),
                State::RolledBack => break,
            }
        }
        if around.is_some() {
            return queue.on_rollback;
        }
        // What came too late to be run before the commit is not lost.
        queue.before_commit.append(&mut queue.on_commit);
        queue.before_commit
    }

    /// Ends it: what is to run now.
    pub(super) fn roll_back(&self) -> Vec<Job> {
        let queue = self.end(State::RolledBack);
        queue.map_or_else(Vec::new, |queue| queue.on_rollback)
    }
}

impl Drop for Unit {
    /// One after another: a destructor within a destructor, for each of thousands, overflows the
    /// stack.
    fn drop(&mut self) {
        let mut next = self.parent.take();
        while let Some(mut unit) = next.and_then(Arc::into_inner) {
            next = unit.parent.take();
        }
    }
}

impl Queue {
    fn append(&mut self, later: &mut Self) {
        self.before_commit.append(&mut later.before_commit);
        self.on_commit.append(&mut later.on_commit);
        self.on_rollback.append(&mut later.on_rollback);
    }
}

/// The innermost transaction that is open in the current scope.
pub(crate) fn current() -> Option<Arc<Unit>> {
    scope::find(|layer| match layer {
        Layer::Transaction(Some(unit)) => unit.open().map(Some),
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
