//! Which receivers hear whom, in which order.
//!
//! All that is known about the receivers of a signal but how to call them. Nothing in here depends on
//! the signal's type, so that it is compiled once and not for each signal.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::num::NonZeroU64;

use super::filter::{FilterKey, IdHasher, Key};
use crate::check::Finding;
use crate::order;
use crate::receiver::{ReceiverInfo, ReceiverRef};
use crate::sender::{Identity, Sender};
use crate::signal::SignalInfo;

/// One registration.
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) receiver: ReceiverRef,
    /// Whom it listens to.
    pub(crate) senders: Cow<'static, [FilterKey]>,
    pub(crate) kind: Kind,
}

/// What calling a receiver takes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A link-time function, and nothing else.
    Function,
    /// A connection, and nothing else.
    Connection,
    /// A condition first, or a look at the transaction or the scope.
    Conditional,
    /// Waiting for it.
    Async,
    /// Waiting for it, after a condition or such a look.
    ConditionalAsync,
}

/// The receivers of a signal in running order: its slots.
pub(crate) struct Index {
    slots: Box<[Registration]>,
    /// The number of a list.
    by_type: HashMap<TypeId, u32, BuildHasherDefault<IdHasher>>,
    by_instance: HashMap<NonZeroU64, u32, BuildHasherDefault<IdHasher>>,
    /// Sorted by label.
    by_label: Box<[(&'static str, u32)]>,
    duplicates: Vec<(ReceiverRef, ReceiverRef)>,
    cycles: Vec<Vec<ReceiverRef>>,
    unknown: Vec<(ReceiverRef, &'static str)>,
}

/// Registrations in running order, and what was found out on the way.
pub(crate) struct Sorted {
    pub(super) index: Index,
    /// By the index's numbers. The first is that of the receivers that listen to everybody.
    pub(super) lists: Vec<List>,
    /// Which of the registrations given each slot is.
    pub(super) order: Vec<usize>,
}

/// The slots that hear one sender, in running order.
pub(crate) struct List {
    pub(crate) slots: Box<[u32]>,
    pub(crate) direct: IsDirect,
    pub(super) has_sync: bool,
    pub(super) first_async: Option<u32>,
}

/// Whether nothing but calling the receivers is to be done.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum IsDirect {
    /// Yes, and all were found at link time.
    Functions,
    /// Yes.
    Mixed,
    /// And waiting for some.
    Awaited,
    No,
}

impl List {
    pub(super) fn new(slots: Vec<u32>, registrations: &[Registration]) -> Self {
        let kinds = || slots.iter().map(|&slot| registrations[slot as usize].kind);
        let direct = if kinds().all(|kind| kind == Kind::Function) {
            IsDirect::Functions
        } else if kinds().all(|kind| matches!(kind, Kind::Function | Kind::Connection)) {
            IsDirect::Mixed
        } else if !kinds().any(|kind| matches!(kind, Kind::Conditional | Kind::ConditionalAsync)) {
            IsDirect::Awaited
        } else {
            IsDirect::No
        };
        let is_async = |kind| matches!(kind, Kind::Async | Kind::ConditionalAsync);
        let first_async = kinds().position(is_async);
        Self {
            direct,
            has_sync: !kinds().all(is_async),
            first_async: first_async.map(|index| slots[index]),
            slots: slots.into(),
        }
    }
}

impl Index {
    /// Of link-time receivers: of those with the same key and sender, the first in order stays.
    pub(crate) fn linked(registrations: Vec<Registration>) -> Sorted {
        Self::sort(registrations, true)
    }

    /// Of registrations that are known to have different keys.
    pub(crate) fn live(registrations: Vec<Registration>) -> Sorted {
        Self::sort(registrations, false)
    }

    fn sort(registrations: Vec<Registration>, may_repeat: bool) -> Sorted {
        let infos: Vec<&ReceiverInfo> = registrations.iter().map(|r| &*r.receiver).collect();
        let order = order::order(&infos);
        let receiver = |&index: &usize| registrations[index].receiver.clone();
        let cycle = |cycle: &Vec<usize>| cycle.iter().map(receiver).collect();
        let cycles = order.cycles.iter().map(cycle).collect();
        let unknown = order.unknown.iter();
        let unknown = unknown
            .map(|(index, name)| (receiver(index), *name))
            .collect();
        let mut sequence = order.sequence;
        let mut slots = if sequence.is_sorted() {
            registrations
        } else {
            let slots = sequence.iter().map(|&index| registrations[index].clone());
            slots.collect()
        };
        let duplicates = if may_repeat {
            let duplicates = take_duplicates(&mut slots);
            if !duplicates.is_empty() {
                let mut kept = slots.iter().map(|slot| !slot.senders.is_empty());
                sequence.retain(|_| kept.next().unwrap_or(true));
                slots.retain(|slot| !slot.senders.is_empty());
            }
            duplicates
        } else {
            Vec::new()
        };

        // Those of everybody come first, also if there are none.
        let for_everybody = |slot: &&Registration| *slot.senders == [FilterKey::Anybody];
        let everybody = slots.iter().filter(for_everybody).count();
        let mut lists = vec![Vec::with_capacity(everybody)];
        let mut next = 1;
        let mut by_type = HashMap::default();
        let mut by_instance = HashMap::default();
        let mut by_label = BTreeMap::new();
        for (slot, registration) in (0..).zip(&slots) {
            for sender in &*registration.senders {
                let list = match sender {
                    FilterKey::Anybody => 0,
                    FilterKey::Type(id) => *by_type.entry(*id).or_insert(next),
                    FilterKey::Instance(id) => *by_instance.entry(*id).or_insert(next),
                    FilterKey::Label(label) => *by_label.entry(*label).or_insert(next),
                };
                if list == next {
                    lists.push(Vec::new());
                    next += 1;
                }
                let list = &mut lists[list as usize];
                // `sender = [A, A]` hears `A` once.
                if list.last() != Some(&slot) {
                    list.push(slot);
                }
            }
        }
        let lists = lists.into_iter().map(|list| List::new(list, &slots));
        let lists = lists.collect();
        let index = Self {
            by_type,
            by_instance,
            by_label: by_label.into_iter().collect(),
            duplicates,
            cycles,
            unknown,
            slots: slots.into(),
        };
        Sorted {
            index,
            lists,
            order: sequence,
        }
    }

    pub(crate) fn slots(&self) -> &[Registration] {
        &self.slots
    }

    /// Link-time receivers with the same key and sender: the one that stays, and the one that does
    /// not.
    pub(crate) fn duplicates(&self) -> &[(ReceiverRef, ReceiverRef)] {
        &self.duplicates
    }

    /// The list of those that asked for a sender that is this; 0 if nobody did.
    #[inline]
    pub(super) fn own_list(&self, sender: Identity) -> u32 {
        match sender {
            Identity::Type(id) => self.list_of_type(id),
            Identity::Instance(id) => self.list_of_instance(id),
            Identity::None | Identity::Named(_) => 0,
        }
    }

    fn list_of_type(&self, id: TypeId) -> u32 {
        self.by_type.get(&id).map_or(0, |list| *list)
    }

    fn list_of_instance(&self, id: NonZeroU64) -> u32 {
        self.by_instance.get(&id).map_or(0, |list| *list)
    }

    #[inline]
    pub(super) fn has_labels(&self) -> bool {
        !self.by_label.is_empty()
    }

    /// The list of those that asked for the label of `sender`; 0 if nobody did.
    pub(super) fn list_of_label(&self, sender: Sender) -> u32 {
        let Some(label) = sender.label() else {
            return 0;
        };
        let compare = |(other, _): &(&'static str, u32)| label.cmp_str(other).reverse();
        let found = self.by_label.binary_search_by(compare);
        found.map_or(0, |found| self.by_label[found].1)
    }

    /// What is wrong with the receivers, of which `linked` has those found at link time.
    pub(crate) fn findings(&self, linked: &Self, signal: &'static SignalInfo) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (first, second) in linked.duplicates.iter().cloned() {
            findings.push(Finding::DuplicateKey {
                signal,
                first,
                second,
            });
        }
        for receivers in self.cycles.iter().cloned() {
            findings.push(Finding::Cycle { signal, receivers });
        }
        for (receiver, name) in self.unknown.iter().cloned() {
            findings.push(Finding::UnknownReceiver {
                signal,
                receiver,
                name,
            });
        }
        for slot in &self.slots {
            for need in slot.receiver.states {
                if need.is_missing() {
                    findings.push(Finding::MissingState {
                        signal,
                        receiver: slot.receiver.clone(),
                        state: (need.name)(),
                    });
                }
            }
        }
        findings
    }

    /// The receivers that are there, by what `is_alive` says of each slot.
    pub(super) fn receivers(&self, is_alive: &dyn Fn(u32) -> bool) -> Vec<ReceiverRef> {
        let mut receivers = Vec::new();
        for (slot, registration) in (0..).zip(&self.slots) {
            if is_alive(slot) {
                receivers.push(registration.receiver.clone());
            }
        }
        receivers
    }
}

/// Takes from each registration, in running order, the senders for which another with the same key
/// came before.
fn take_duplicates(slots: &mut [Registration]) -> Vec<(ReceiverRef, ReceiverRef)> {
    let key = |slot: &usize| slots[*slot].receiver.linked_info().map(Key::of);
    let mut by_key: Vec<usize> = (0..slots.len()).collect();
    // Stable: those with the same key stay in running order.
    by_key.sort_by(|a, b| key(a).cmp(&key(b)));
    let with_the_same = by_key.chunk_by(|a, b| key(a) == key(b));
    let repeated: Vec<&[usize]> = with_the_same.filter(|same| same.len() > 1).collect();

    let mut duplicates = Vec::new();
    for same in repeated {
        let mut taken: HashMap<FilterKey, usize> = HashMap::new();
        for &slot in same {
            let mut first = None;
            let mut free = slots[slot].senders.to_vec();
            free.retain(|sender| {
                let holder = *taken.entry(*sender).or_insert(slot);
                if holder != slot {
                    first = Some(holder);
                }
                holder == slot
            });
            if let Some(first) = first {
                slots[slot].senders = free.into();
                duplicates.push((slot, first));
            }
        }
    }
    duplicates.sort_unstable();
    let receiver = |slot: usize| slots[slot].receiver.clone();
    let duplicates = duplicates.into_iter();
    duplicates
        .map(|(second, first)| (receiver(first), receiver(second)))
        .collect()
}
