//! Which receivers a signal has right now.
//!
//! Link-time receivers are collected once, into a table that lives as long as the program. As long
//! as nothing is connected or disconnected while the program runs, a send reads that table and
//! nothing else. Afterwards it reads a table behind an atomic pointer, made anew by the first send
//! after each change. Either way, what a send has read stays as it is until the send ends.
//!
//! The lock is held while lists are changed, never while a receiver runs, and never while one is
//! dropped.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::{ArcSwapOption, Guard};

use crate::check::Finding;
use crate::error::AlreadyConnected;
use crate::receiver::ReceiverRef;
use crate::sender::Sender;
use crate::signal::{SignalInfo, Spec};
use crate::table::{Entry, FilterKey, Selection, Table};

pub(crate) struct Registry<S: Spec> {
    state: AtomicU8,
    linked: OnceLock<Table<S>>,
    live: ArcSwapOption<Table<S>>,
    changes: Mutex<Changes<S>>,
}

/// The table has to be made (again).
const STALE: u8 = 0;
/// Nobody listens.
const EMPTY: u8 = 1;
/// Link-time receivers only.
const LINKED: u8 = 2;
/// The same, and all a send has to do is to call them: no senders, conditions or futures.
const PLAIN: u8 = 3;
/// Run-time connections, or link-time receivers that were disconnected.
const LIVE: u8 = 4;

/// What happened at run time.
struct Changes<S: Spec> {
    /// By number, in the order of connecting.
    connections: BTreeMap<u64, Entry<S>>,
    next: u64,
    /// Connections by `dispatch_uid`.
    by_uid: Option<HashMap<Cow<'static, str>, Vec<u64>>>,
    /// Slots of the link-time table whose receivers were disconnected.
    disconnected: BTreeSet<u32>,
}

/// The receivers as one send sees them, from beginning to end.
pub(crate) enum Snapshot<S: Spec> {
    Linked(&'static Table<S>),
    Live(Guard<Option<Arc<Table<S>>>>),
    /// Of a live table that could be taken away while it was looked at.
    Owned(Arc<Table<S>>),
}

impl<S: Spec> Registry<S> {
    pub(crate) const fn new() -> Self {
        Self {
            state: AtomicU8::new(STALE),
            linked: OnceLock::new(),
            live: ArcSwapOption::const_empty(),
            changes: Mutex::new(Changes {
                connections: BTreeMap::new(),
                next: 0,
                by_uid: None,
                disconnected: BTreeSet::new(),
            }),
        }
    }

    /// Whether a send has nothing to do: all that a send without receivers costs.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.state.load(Ordering::Acquire) == EMPTY
    }

    /// The table, if all a send has to do is to call its functions.
    #[inline]
    pub(crate) fn plain(&'static self) -> Option<&'static Table<S>> {
        if self.state.load(Ordering::Acquire) == PLAIN {
            self.linked.get()
        } else {
            None
        }
    }

    #[inline]
    pub(crate) fn snapshot(&'static self) -> Snapshot<S> {
        match (self.state.load(Ordering::Acquire), self.linked.get()) {
            (LINKED | PLAIN, Some(table)) => Snapshot::Linked(table),
            _ => self.snapshot_live(),
        }
    }

    #[inline]
    fn snapshot_live(&'static self) -> Snapshot<S> {
        if self.state.load(Ordering::Acquire) == LIVE {
            let table = self.live.load();
            if table.is_some() {
                return Snapshot::Live(table);
            }
        }
        self.renew()
    }

    /// The link-time receivers, sorted.
    fn linked(&'static self) -> &'static Table<S> {
        self.linked.get_or_init(|| {
            Table::linked(
                inventory::iter::<S>
                    .into_iter()
                    .map(Entry::linked)
                    .collect(),
            )
        })
    }

    /// Makes the table that matches the lists.
    #[cold]
    fn renew(&'static self) -> Snapshot<S> {
        let linked = self.linked();
        let mut changes = self.lock();
        let dead = changes.take_dead();
        let snapshot = if changes.connections.is_empty() && changes.disconnected.is_empty() {
            let state = if linked.is_empty() {
                EMPTY
            } else if linked.functions().is_some() {
                PLAIN
            } else {
                LINKED
            };
            self.state.store(state, Ordering::Release);
            Snapshot::Linked(linked)
        } else {
            let kept = (0..).zip(linked.slots());
            let kept = kept.filter(|(slot, _)| !changes.disconnected.contains(slot));
            let entries: Vec<Entry<S>> = kept
                .map(|(_, entry)| entry)
                .chain(changes.connections.values())
                .cloned()
                .collect();
            let table = Arc::new(Table::live(entries));
            let state = if table.is_empty() { EMPTY } else { LIVE };
            self.live.store(Some(Arc::clone(&table)));
            self.state.store(state, Ordering::Release);
            Snapshot::Owned(table)
        };
        drop(changes);
        drop(dead);
        snapshot
    }

    /// Changes the lists, so that the next send makes a new table. What the change took out is
    /// dropped when the lock is free again.
    fn change<R>(&'static self, change: impl FnOnce(&mut Changes<S>) -> R) -> R {
        let mut changes = self.lock();
        let result = change(&mut changes);
        self.state.store(STALE, Ordering::Release);
        let stale = self.live.swap(None);
        drop(changes);
        drop(stale);
        result
    }

    fn lock(&'static self) -> MutexGuard<'static, Changes<S>> {
        // No receiver and no destructor of one runs under the lock, so what a panic left behind is
        // whole.
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection; `entry` makes it from its number.
    pub(crate) fn connect(
        &'static self,
        entry: impl FnOnce(u64) -> Entry<S>,
    ) -> Result<u64, AlreadyConnected> {
        let linked = self.linked();
        self.change(|changes| {
            let dead = changes.take_dead();
            let number = changes.next;
            let entry = entry(number);
            if let Some(uid) = entry.receiver.dispatch_uid.clone() {
                if let Some(receiver) = changes.holder(linked, &entry) {
                    // What was to be connected is dropped by the caller, outside of the lock.
                    let error = AlreadyConnected {
                        signal: S::INFO.name(),
                        uid: uid.into_owned(),
                        receiver,
                    };
                    return (Err(error), Some(entry), dead);
                }
                let by_uid = changes.by_uid.get_or_insert_default();
                by_uid.entry(uid).or_default().push(number);
            }
            changes.next += 1;
            changes.connections.insert(number, entry);
            (Ok(number), None, dead)
        })
        .0
    }

    /// Takes a connection out. False if it was out already.
    pub(crate) fn disconnect_number(&'static self, number: u64) -> bool {
        self.change(|changes| changes.remove(number)).is_some()
    }

    pub(crate) fn is_connected(&'static self, number: u64) -> bool {
        let changes = self.lock();
        let entry = changes.connections.get(&number);
        entry.is_some_and(|entry| entry.call.is_alive())
    }

    /// Takes out every registration with this key, link-time receivers too; only those that listen
    /// to exactly `senders`, if some are given.
    pub(crate) fn disconnect(&'static self, key: &str, senders: Option<&[FilterKey]>) -> bool {
        let linked = self.linked();
        let is_meant = |entry: &Entry<S>| {
            entry.receiver.has_key(key) && senders.is_none_or(|senders| *entry.senders == *senders)
        };
        let removed = self.change(|changes| {
            let mut removed = Vec::new();
            let mut any = false;
            for (slot, entry) in (0..).zip(linked.slots()) {
                if is_meant(entry) {
                    any |= changes.disconnected.insert(slot);
                }
            }
            let same_uid = changes.by_uid.as_ref().and_then(|by_uid| by_uid.get(key));
            for number in same_uid.cloned().unwrap_or_default() {
                let entry = &changes.connections[&number];
                if is_meant(entry) {
                    any |= entry.call.is_alive();
                    removed.extend(changes.remove(number));
                }
            }
            (any, removed)
        });
        removed.0
    }

    /// What is wrong with the receivers.
    pub(crate) fn findings(&'static self, signal: &'static SignalInfo) -> Vec<Finding> {
        let snapshot = self.snapshot();
        let duplicates = self.linked().duplicates(signal);
        duplicates
            .chain(snapshot.table().findings(signal))
            .collect()
    }

    /// Takes out connections whose owner is gone.
    #[cold]
    pub(crate) fn purge(&'static self) {
        drop(self.change(Changes::take_dead));
    }
}

impl<S: Spec> Changes<S> {
    fn remove(&mut self, number: u64) -> Option<Entry<S>> {
        let entry = self.connections.remove(&number)?;
        if let (Some(uid), Some(by_uid)) = (&entry.receiver.dispatch_uid, &mut self.by_uid)
            && let Some(numbers) = by_uid.get_mut(uid)
        {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                by_uid.remove(uid);
            }
        }
        Some(entry)
    }

    /// Takes out connections whose owner is gone, to be dropped outside of the lock.
    fn take_dead(&mut self) -> Vec<Entry<S>> {
        let dead: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, entry)| !entry.call.is_alive())
            .map(|(number, _)| *number)
            .collect();
        dead.into_iter()
            .filter_map(|number| self.remove(number))
            .collect()
    }

    /// Who has the `dispatch_uid` of `entry` already, for one of its senders.
    fn holder(&self, linked: &Table<S>, entry: &Entry<S>) -> Option<ReceiverRef> {
        let uid = entry.receiver.dispatch_uid()?;
        let linked = (0..).zip(linked.slots());
        let linked = linked.filter(|(slot, other)| {
            other.receiver.dispatch_uid() == Some(uid) && !self.disconnected.contains(slot)
        });
        let connected = self.by_uid.as_ref().and_then(|by_uid| by_uid.get(uid));
        let connected = connected.into_iter().flatten();
        linked
            .map(|(_, other)| other)
            .chain(connected.map(|number| &self.connections[number]))
            .find(|other| {
                other
                    .senders
                    .iter()
                    .any(|sender| entry.senders.contains(sender))
            })
            .map(|other| other.receiver.clone())
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
    pub(crate) fn into_owned(self) -> Self {
        match self {
            Self::Live(guard) => match Guard::into_inner(guard) {
                Some(table) => Self::Owned(table),
                None => unreachable!("a snapshot is taken of a table only"),
            },
            other => other,
        }
    }

    pub(crate) fn receivers(&self) -> Vec<ReceiverRef> {
        let slots = self.table().slots().iter();
        let alive = slots.filter(|slot| slot.call.is_alive());
        alive.map(|slot| slot.receiver.clone()).collect()
    }

    pub(crate) fn has_listeners(&self, sender: Sender) -> bool {
        let table = self.table();
        let selection: Selection<'_, S> = table.select(|| sender);
        let mut slots = selection.slots();
        slots.any(|slot| table.slot(slot).call.is_alive())
    }
}
