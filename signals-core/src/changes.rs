//! What happened to a signal's receivers while the program ran.
//!
//! Nothing in here depends on the signal's type, so that it is compiled once and not for each
//! signal.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::as_any::AsAny;
use crate::error::AlreadyConnected;
use crate::receiver::ReceiverRef;
use crate::scope::Pushed;
use crate::signal::SignalInfo;
use crate::table::{FilterKey, Index, Registration};
use crate::watch::Watching;

/// How a connection is called, by a signal that has forgotten its own type for a while.
pub(crate) trait AnyCall: AsAny + Send + Sync {
    fn is_alive(&self) -> bool;
}

/// A run-time receiver.
pub(crate) struct Connected {
    pub(crate) registration: Registration,
    pub(crate) call: Box<dyn AnyCall>,
    /// Whether its owner may go away.
    pub(crate) is_weak: bool,
    /// What makes one scope see it, and sends look whether theirs does.
    pub(crate) scope: Option<(Pushed, Watching)>,
}

impl Connected {
    /// Whether its owner and its scope are still there.
    pub(crate) fn is_alive(&self) -> bool {
        self.call.is_alive() && !self.registration.receiver.is_over()
    }

    fn may_end(&self) -> bool {
        self.is_weak || self.scope.is_some()
    }
}

/// Where to find how a receiver is called.
pub(crate) enum Source<'c> {
    /// In the slot of the link-time table.
    Linked(u32),
    Connected(&'c dyn AnyCall),
}

/// Connections, and link-time receivers that were disconnected.
///
/// What a change takes out is returned, to be dropped when no lock is held any more: a closure may
/// hold anything, also something that connects or disconnects when it is dropped.
pub(crate) struct Changes {
    /// By number, in the order of connecting.
    connections: BTreeMap<u64, Connected>,
    next: u64,
    /// Connections by `dispatch_uid`.
    by_uid: Option<HashMap<Cow<'static, str>, Vec<u64>>>,
    /// Connections that may end by themselves.
    weak: BTreeSet<u64>,
    /// How many of those there are when the dead among them are looked for.
    many: usize,
    /// Slots of the link-time receivers.
    disconnected: BTreeSet<u32>,
    /// How many watch the signal.
    watchers: usize,
}

/// So many connections that may be dead disturb nobody.
const FEW: usize = 16;

impl Changes {
    pub(crate) const fn new() -> Self {
        Self {
            connections: BTreeMap::new(),
            next: 0,
            by_uid: None,
            weak: BTreeSet::new(),
            many: FEW,
            disconnected: BTreeSet::new(),
            watchers: 0,
        }
    }

    pub(crate) fn watch(&mut self, on: bool) {
        if on {
            self.watchers += 1;
        } else {
            self.watchers -= 1;
        }
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.watchers > 0
    }

    /// All registrations there are now, the link-time ones in running order, then the connections in
    /// the order of connecting; and where to find how each is called. `None` if all is as it was
    /// linked.
    pub(crate) fn registrations(
        &self,
        linked: &Index,
    ) -> Option<(Vec<Registration>, Vec<Source<'_>>)> {
        if self.connections.is_empty() && self.disconnected.is_empty() {
            return None;
        }
        let most = linked.slots().len() + self.connections.len();
        let mut registrations = Vec::with_capacity(most);
        let mut sources = Vec::with_capacity(most);
        for (slot, registration) in (0..).zip(linked.slots()) {
            if !self.disconnected.contains(&slot) {
                registrations.push(registration.clone());
                sources.push(Source::Linked(slot));
            }
        }
        for connected in self.connections.values() {
            registrations.push(connected.registration.clone());
            sources.push(Source::Connected(&*connected.call));
        }
        Some((registrations, sources))
    }

    pub(crate) fn is_connected(&self, number: u64) -> bool {
        let connected = self.connections.get(&number);
        connected.is_some_and(Connected::is_alive)
    }

    /// The number of the next connection.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Why a registration cannot be connected: its `dispatch_uid` is taken.
    pub(crate) fn refuse(
        &self,
        registration: &Registration,
        linked: &Index,
        signal: &'static SignalInfo,
    ) -> Option<AlreadyConnected> {
        let uid = registration.receiver.dispatch_uid()?;
        let receiver = self.holder(uid, &registration.senders, linked)?;
        Some(AlreadyConnected {
            signal: signal.name(),
            uid: uid.to_owned(),
            receiver,
        })
    }

    /// Adds a connection under the next number.
    pub(crate) fn connect(&mut self, connected: Connected) -> u64 {
        let number = self.next;
        if let Some(uid) = &connected.registration.receiver.dispatch_uid {
            let by_uid = self.by_uid.get_or_insert_default();
            by_uid.entry(uid.clone()).or_default().push(number);
        }
        if connected.may_end() {
            self.weak.insert(number);
        }
        self.next += 1;
        self.connections.insert(number, connected);
        number
    }

    /// Takes a connection out, if it is there.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Connected> {
        let connected = self.connections.remove(&number)?;
        self.weak.remove(&number);
        let uid = connected.registration.receiver.dispatch_uid.as_ref();
        if let (Some(uid), Some(by_uid)) = (uid, &mut self.by_uid) {
            if let Some(numbers) = by_uid.get_mut(uid) {
                numbers.retain(|other| *other != number);
                if numbers.is_empty() {
                    by_uid.remove(uid);
                }
            }
        }
        Some(connected)
    }

    /// Takes out every registration with this key, link-time receivers too; only those that listen
    /// to exactly `senders`, if some are given. Whether there was one.
    pub(crate) fn disconnect(
        &mut self,
        key: &str,
        senders: Option<&[FilterKey]>,
        linked: &Index,
    ) -> (bool, Vec<Connected>) {
        let is_meant = |registration: &Registration| {
            registration.receiver.has_key(key)
                && registration.receiver.is_visible()
                && senders.is_none_or(|senders| are_the_same(senders, &registration.senders))
        };
        let mut any = false;
        for (slot, registration) in (0..).zip(linked.slots()) {
            if is_meant(registration) {
                any |= self.disconnected.insert(slot);
            }
        }
        let same_uid = self.by_uid.as_ref().and_then(|by_uid| by_uid.get(key));
        let mut removed = Vec::new();
        for number in same_uid.cloned().unwrap_or_default() {
            if is_meant(&self.connections[&number].registration) {
                any |= self.is_connected(number);
                removed.extend(self.remove(number));
            }
        }
        (any, removed)
    }

    /// [`take_dead`](Self::take_dead), so seldom that connecting many costs no more for each.
    pub(crate) fn take_dead_if_many(&mut self) -> Vec<Connected> {
        if self.weak.len() < self.many {
            return Vec::new();
        }
        self.take_dead()
    }

    /// Takes out connections whose owner or scope is gone.
    pub(crate) fn take_dead(&mut self) -> Vec<Connected> {
        let weak = self.weak.iter().copied();
        let dead: Vec<u64> = weak.filter(|number| !self.is_connected(*number)).collect();
        let dead = dead
            .into_iter()
            .filter_map(|number| self.remove(number))
            .collect();
        self.many = FEW.max(2 * self.weak.len());
        dead
    }

    /// Who has the `dispatch_uid` already, for one of these senders.
    fn holder(&self, uid: &str, senders: &[FilterKey], linked: &Index) -> Option<ReceiverRef> {
        let linked = (0..).zip(linked.slots());
        let linked = linked.filter(|(slot, registration)| {
            registration.receiver.dispatch_uid() == Some(uid) && !self.disconnected.contains(slot)
        });
        let connected = self.by_uid.as_ref().and_then(|by_uid| by_uid.get(uid));
        let connected = connected.into_iter().flatten();
        let alive = connected
            .map(|number| &self.connections[number])
            .filter(|it| it.is_alive());
        linked
            .map(|(_, registration)| registration)
            .chain(alive.map(|connected| &connected.registration))
            .filter(|other| other.receiver.is_visible())
            .find(|other| other.senders.iter().any(|sender| senders.contains(sender)))
            .map(|other| other.receiver.clone())
    }
}

/// Whether both name the same senders, in whatever order.
fn are_the_same(some: &[FilterKey], others: &[FilterKey]) -> bool {
    some.iter().all(|sender| others.contains(sender))
        && others.iter().all(|sender| some.contains(sender))
}
