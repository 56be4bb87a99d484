//! Which receivers a signal has right now.
//!
//! Link-time receivers are collected once, into a table that lives as long as the program. As long
//! as nothing is connected or disconnected while the program runs, a send reads that table and
//! nothing else. Afterwards it reads a table behind an atomic pointer, made anew by the first send
//! after each change. Either way, what a send has read stays as it is until the send ends.
//!
//! The lock is held while lists are changed, never while a receiver runs, and never while one is
//! dropped.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, PoisonError};

use arc_swap::{ArcSwapOption, Guard};

use crate::changes::{AnyCall, Changes, Connected, Source};
use crate::check::Finding;
use crate::error::AlreadyConnected;
use crate::signal::Spec;
use crate::sync::{AtomicU8, Mutex, MutexGuard};
use crate::table::{Call, FilterKey, Index, Table};

pub(crate) struct Registry<S: Spec> {
    state: AtomicU8,
    linked: OnceLock<Table<S>>,
    live: ArcSwapOption<Table<S>>,
    changes: Mutex<Changes>,
}

/// The table has to be made (again).
const STALE: u8 = 0;
/// Nobody listens.
const EMPTY: u8 = 1;
/// Link-time functions that hear every sender, and have only to be called.
const PLAIN: u8 = 2;
/// Link-time receivers only.
const LINKED: u8 = 3;
/// Run-time connections, or link-time receivers that were disconnected.
const LIVE: u8 = 4;
/// Beside one of these: somebody watches. See [`watch`](crate::watch).
const WATCHED: u8 = 0x80;

/// The receivers as one send sees them, from beginning to end.
pub(crate) enum Snapshot<S: Spec> {
    Linked(&'static Table<S>),
    Live(Guard<Option<Arc<Table<S>>>>),
    /// Of a live table that could be taken away while it was looked at.
    Owned(Arc<Table<S>>),
}

impl<S: Spec> AnyCall for Call<S> {
    fn is_alive(&self) -> bool {
        Call::is_alive(self)
    }
}

impl<S: Spec> Call<S> {
    /// What a connection to this signal was made with.
    fn of(call: &dyn AnyCall) -> Self {
        match call.as_any().downcast_ref::<Self>() {
            Some(call) => call.clone(),
            None => unreachable!("a signal's connections are its own"),
        }
    }
}

impl<S: Spec> Registry<S> {
    pub(crate) const fn new() -> Self {
        Self {
            state: AtomicU8::new(STALE),
            linked: OnceLock::new(),
            live: ArcSwapOption::const_empty(),
            changes: Mutex::new(Changes::new()),
        }
    }

    /// Whether a send has nothing to do: all that a send without receivers costs.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.state.load(Ordering::Acquire) == EMPTY
    }

    /// The table, if all there is to do is to call its functions.
    #[inline]
    pub(crate) fn plain(&'static self) -> Option<&'static Table<S>> {
        if self.state.load(Ordering::Acquire) == PLAIN {
            self.linked.get()
        } else {
            None
        }
    }

    /// The table, if all receivers are those found at link time.
    #[inline]
    pub(crate) fn only_linked(&'static self) -> Option<&'static Table<S>> {
        if matches!(self.state.load(Ordering::Acquire), PLAIN | LINKED) {
            self.linked.get()
        } else {
            None
        }
    }

    /// Whether somebody may want to know about a send, or keep receivers from it.
    #[inline]
    pub(crate) fn is_watched(&self) -> bool {
        self.state.load(Ordering::Relaxed) & WATCHED != 0
    }

    /// One more who watches, or one less.
    pub(crate) fn watch(&'static self, on: bool) {
        let mut changes = self.lock();
        changes.watch(on);
        self.set(self.state.load(Ordering::Relaxed) & !WATCHED, &changes);
    }

    /// Under the lock, so that no two states mix.
    fn set(&self, state: u8, changes: &Changes) {
        let watched = if changes.is_watched() { WATCHED } else { 0 };
        self.state.store(state | watched, Ordering::Release);
    }

    #[inline]
    pub(crate) fn snapshot(&'static self) -> Snapshot<S> {
        let state = self.state.load(Ordering::Acquire) & !WATCHED;
        match (state, self.linked.get()) {
            (PLAIN | LINKED, Some(table)) => Snapshot::Linked(table),
            (LIVE, _) => {
                let table = self.live.load();
                if table.is_some() {
                    Snapshot::Live(table)
                } else {
                    self.renew()
                }
            }
            _ => self.renew(),
        }
    }

    /// The link-time receivers, sorted.
    pub(crate) fn linked(&'static self) -> &'static Table<S> {
        self.linked.get_or_init(|| {
            let (mut registrations, mut calls) = (Vec::new(), Vec::new());
            for entry in inventory::iter::<S> {
                let (registration, call) = Call::linked(entry);
                registrations.push(registration);
                calls.push(call);
            }
            Table::new(Index::linked(registrations), |at| calls[at].clone())
        })
    }

    /// Makes the table that matches the lists, unless somebody has while this waited for the lock.
    #[cold]
    #[inline(never)]
    fn renew(&'static self) -> Snapshot<S> {
        let linked = self.linked();
        // Nobody listens and nothing was linked that could have been disconnected: no lock for that.
        if linked.index().slots().is_empty() && self.is_empty() {
            return Snapshot::Linked(linked);
        }
        let mut changes = self.lock();
        if self.state.load(Ordering::Relaxed) & !WATCHED != STALE {
            return match self.live.load_full() {
                Some(table) => Snapshot::Owned(table),
                None => Snapshot::Linked(linked),
            };
        }
        let dead = changes.take_dead();
        let (state, snapshot) = match changes.registrations(linked.index()) {
            None => {
                let state = if linked.index().slots().is_empty() {
                    EMPTY
                } else if linked.plain().is_empty() {
                    LINKED
                } else {
                    PLAIN
                };
                (state, Snapshot::Linked(linked))
            }
            Some((registrations, sources)) => {
                let table = Table::new(Index::live(registrations), |at| match sources[at] {
                    Source::Linked(slot) => linked.call(slot).clone(),
                    Source::Connected(call) => Call::of(call),
                });
                let state = if table.index().slots().is_empty() {
                    EMPTY
                } else {
                    LIVE
                };
                let table = Arc::new(table);
                self.live.store(Some(Arc::clone(&table)));
                (state, Snapshot::Owned(table))
            }
        };
        self.set(state, &changes);
        drop(changes);
        drop(dead);
        snapshot
    }

    /// Changes the lists; if `change` says that it did, the next send makes a new table.
    fn change<R>(&'static self, change: impl FnOnce(&mut Changes) -> (bool, R)) -> R {
        let mut changes = self.lock();
        let (is_changed, result) = change(&mut changes);
        let stale = if is_changed {
            self.set(STALE, &changes);
            self.live.swap(None)
        } else {
            None
        };
        drop(changes);
        drop(stale);
        result
    }

    fn lock(&'static self) -> MutexGuard<'static, Changes> {
        // No receiver and no destructor of one runs under the lock, so what a panic left behind is
        // whole.
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection; `connected` makes it from its number.
    pub(crate) fn connect(
        &'static self,
        connected: impl FnOnce(u64) -> Connected,
    ) -> Result<u64, AlreadyConnected> {
        let linked = self.linked().index();
        let (result, left_out) = self.change(|changes| {
            let mut left_out = changes.take_dead_if_many();
            let any_dead = !left_out.is_empty();
            let connected = connected(changes.next());
            let result = match changes.refuse(&connected.registration, linked, S::INFO) {
                None => Ok(changes.connect(connected)),
                Some(error) => {
                    left_out.push(connected);
                    Err(error)
                }
            };
            (result.is_ok() || any_dead, (result, left_out))
        });
        drop(left_out);
        result
    }

    /// Takes a connection out. False if it was out already, or its owner or scope is gone.
    pub(crate) fn disconnect_number(&'static self, number: u64) -> bool {
        let removed = self.change(|changes| {
            let removed = changes.remove(number);
            (removed.is_some(), removed)
        });
        removed.is_some_and(|connected| connected.is_alive())
    }

    pub(crate) fn is_connected(&'static self, number: u64) -> bool {
        self.lock().is_connected(number)
    }

    /// Takes out every registration with this key, link-time receivers too; only those that listen
    /// to exactly `senders`, if some are given. Whether there was one.
    pub(crate) fn disconnect(&'static self, key: &str, senders: Option<&[FilterKey]>) -> bool {
        let linked = self.linked().index();
        let (any, removed) = self.change(|changes| {
            let (any, removed) = changes.disconnect(key, senders, linked);
            (any || !removed.is_empty(), (any, removed))
        });
        drop(removed);
        any
    }

    /// What is wrong with the receivers.
    pub(crate) fn findings(&'static self) -> Vec<Finding> {
        let linked = self.linked().index();
        self.snapshot().table().index().findings(linked, S::INFO)
    }

    /// Takes out connections whose owner or scope is gone.
    #[cold]
    pub(crate) fn purge(&'static self) {
        drop(self.change(|changes| {
            let dead = changes.take_dead();
            (!dead.is_empty(), dead)
        }));
    }
}

impl<S: Spec> Snapshot<S> {
    #[inline]
    pub(crate) fn table(&self) -> &Table<S> {
        match self {
            Self::Linked(table) => table,
            Self::Owned(table) => table,
            Self::Live(guard) => match &**guard {
                Some(table) => table,
                None => unreachable!("a snapshot is taken of a table only"),
            },
        }
    }

    /// For a send that outlives this call: a guard is for a short while.
    #[inline]
    pub(crate) fn into_owned(self) -> Self {
        match self {
            Self::Live(guard) => match Guard::into_inner(guard) {
                Some(table) => Self::Owned(table),
                None => unreachable!("a snapshot is taken of a table only"),
            },
            other => other,
        }
    }
}
