//! The receivers of one signal, ordered and indexed by sender: what a send walks.
//!
//! A table never changes. Link-time receivers are sorted into one on first use; a signal with
//! run-time connections gets another one after each change.

mod entry;
mod list;
mod select;

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap, hash_map};
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU64;

use self::entry::Key;
use self::list::{Direct, List};
use crate::check::Finding;
use crate::order;
use crate::receiver::{ReceiverInfo, ReceiverRef};
use crate::sender::{Identity, Sender};
use crate::signal::{SignalInfo, Spec};

pub(crate) use self::entry::{Call, Entry, FilterKey, filter_keys};
pub(crate) use self::list::{Callable, Function};
pub(crate) use self::select::Selection;

/// All receivers of a signal, in running order, and which of them hear whom.
pub(crate) struct Table<S: Spec> {
    slots: Box<[Entry<S>]>,
    /// Those that listen to everybody.
    any: List<S>,
    by_type: HashMap<TypeId, List<S>, BuildHasherDefault<IdHasher>>,
    by_instance: HashMap<NonZeroU64, List<S>, BuildHasherDefault<IdHasher>>,
    /// Sorted by label.
    by_label: Box<[(&'static str, List<S>)]>,
    duplicates: Vec<(ReceiverRef, ReceiverRef)>,
    cycles: Vec<Vec<ReceiverRef>>,
    unknown: Vec<(ReceiverRef, &'static str)>,
}

impl<S: Spec> Table<S> {
    /// Of link-time receivers: of those with the same key and sender, the first in order stays.
    pub(crate) fn linked(entries: Vec<Entry<S>>) -> Self {
        Self::ordered(entries, |entries| {
            let mut duplicates = Vec::new();
            let mut taken: HashMap<(Key<'static>, FilterKey), usize> = HashMap::new();
            for index in 0..entries.len() {
                let Some(info) = entries[index].receiver.linked_info() else {
                    continue;
                };
                let mut first = None;
                let mut free = entries[index].senders.to_vec();
                free.retain(|sender| match taken.entry((Key::of(info), *sender)) {
                    hash_map::Entry::Vacant(vacant) => {
                        vacant.insert(index);
                        true
                    }
                    hash_map::Entry::Occupied(taken) => {
                        if *taken.get() != index {
                            first = Some(*taken.get());
                        }
                        false
                    }
                });
                if let Some(first) = first {
                    let first = entries[first].receiver.clone();
                    duplicates.push((first, entries[index].receiver.clone()));
                    entries[index].senders = free.into();
                }
            }
            entries.retain(|entry| !entry.senders.is_empty());
            duplicates
        })
    }

    /// Of receivers that are known to have different keys.
    pub(crate) fn live(entries: Vec<Entry<S>>) -> Self {
        Self::ordered(entries, |_| Vec::new())
    }

    fn ordered(
        entries: Vec<Entry<S>>,
        take_duplicates: impl FnOnce(&mut Vec<Entry<S>>) -> Vec<(ReceiverRef, ReceiverRef)>,
    ) -> Self {
        let infos: Vec<&ReceiverInfo> = entries.iter().map(|entry| &*entry.receiver).collect();
        let order = order::order(&infos);
        let receiver = |&index: &usize| entries[index].receiver.clone();
        let cycles = order.cycles.iter();
        let cycles = cycles
            .map(|cycle| cycle.iter().map(receiver).collect())
            .collect();
        let unknown = order.unknown.iter();
        let unknown = unknown
            .map(|(index, name)| (receiver(index), *name))
            .collect();
        let mut entries: Vec<Option<Entry<S>>> = entries.into_iter().map(Some).collect();
        let in_order = order.sequence.into_iter();
        let mut entries: Vec<Entry<S>> =
            in_order.filter_map(|index| entries[index].take()).collect();
        let duplicates = take_duplicates(&mut entries);

        let slots: Box<[Entry<S>]> = entries.into();
        let mut lists: BTreeMap<FilterKey, Vec<u32>> = BTreeMap::new();
        for (slot, entry) in (0..).zip(&slots) {
            for sender in &*entry.senders {
                let list = lists.entry(*sender).or_default();
                // `sender = [A, A]` hears `A` once.
                if list.last() != Some(&slot) {
                    list.push(slot);
                }
            }
        }
        let mut table = Self {
            any: List::new(Vec::new(), &slots),
            by_type: HashMap::default(),
            by_instance: HashMap::default(),
            by_label: Box::default(),
            duplicates,
            cycles,
            unknown,
            slots,
        };
        let mut by_label = Vec::new();
        for (key, list) in lists {
            let list = List::new(list, &table.slots);
            match key {
                FilterKey::Anybody => table.any = list,
                FilterKey::Type(id) => drop(table.by_type.insert(id, list)),
                FilterKey::Instance(id) => drop(table.by_instance.insert(id, list)),
                FilterKey::Label(label) => by_label.push((label, list)),
            }
        }
        // In order, because the keys were.
        table.by_label = by_label.into();
        table
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub(crate) fn slots(&self) -> &[Entry<S>] {
        &self.slots
    }

    pub(crate) fn slot(&self, index: u32) -> &Entry<S> {
        &self.slots[index as usize]
    }

    /// All receivers as functions, by slot, if that is all they are, whoever sends.
    #[inline]
    pub(crate) fn functions(&self) -> Option<&[Function<S>]> {
        match &self.any.direct {
            Direct::Functions(functions) if !self.is_filtered() => Some(functions),
            _ => None,
        }
    }

    /// Whether some receiver listens to some senders only.
    #[inline]
    pub(crate) fn is_filtered(&self) -> bool {
        self.any.slots.len() < self.slots.len()
    }

    /// The receivers that hear `sender`.
    #[inline]
    pub(crate) fn select(&self, sender: impl FnOnce() -> Sender) -> Selection<'_, S> {
        if self.is_filtered() {
            self.select_filtered(sender())
        } else {
            Selection::of(&self.any)
        }
    }

    fn select_filtered(&self, sender: Sender) -> Selection<'_, S> {
        let own = match sender.identity() {
            Identity::Type(id) => self.by_type.get(&id),
            Identity::Instance(id) => self.by_instance.get(&id),
            Identity::None | Identity::Named(_) => None,
        };
        let labelled = if self.by_label.is_empty() {
            None
        } else {
            self.by_label(sender)
        };
        match (self.any.slots.is_empty(), own, labelled) {
            (_, None, None) => Selection::of(&self.any),
            (true, Some(only), None) | (true, None, Some(only)) => Selection::of(only),
            (_, own, labelled) => {
                let lists = [Some(&self.any), own, labelled];
                let first_async = lists.iter().flatten().filter_map(|list| list.first_async);
                Selection {
                    direct: &Direct::No,
                    has_sync: lists.iter().flatten().any(|list| list.has_sync),
                    first_async: first_async.min(),
                    lists: lists.map(|list| list.map_or(&[][..], |list| &list.slots)),
                }
            }
        }
    }

    fn by_label(&self, sender: Sender) -> Option<&List<S>> {
        let label = sender.label()?;
        let compare = |(other, _): &(&'static str, _)| label.cmp_str(other).reverse();
        let found = self.by_label.binary_search_by(compare).ok()?;
        Some(&self.by_label[found].1)
    }

    /// The pairs of registrations of which only the first is called.
    pub(crate) fn duplicates(&self, signal: &'static SignalInfo) -> impl Iterator<Item = Finding> {
        let pairs = self.duplicates.iter().cloned();
        pairs.map(move |(first, second)| Finding::DuplicateKey {
            signal,
            first,
            second,
        })
    }

    /// What else is wrong with the receivers.
    pub(crate) fn findings(&self, signal: &'static SignalInfo) -> impl Iterator<Item = Finding> {
        let cycles = self.cycles.iter().cloned();
        let cycles = cycles.map(move |receivers| Finding::Cycle { signal, receivers });
        let unknown = self.unknown.iter().cloned();
        let unknown = unknown.map(move |(receiver, name)| Finding::UnknownReceiver {
            signal,
            receiver,
            name,
        });
        let missing = self.slots.iter().flat_map(move |slot| {
            let states = slot.receiver.states.iter();
            let missing = states.filter(|need| !(need.is_provided)());
            missing.map(move |need| Finding::MissingState {
                signal,
                receiver: slot.receiver.clone(),
                state: (need.name)(),
            })
        });
        cycles.chain(unknown).chain(missing)
    }
}

/// For ids that are spread already (`TypeId`) or counted (instances).
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_ne_bytes(word));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
