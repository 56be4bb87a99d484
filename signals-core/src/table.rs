//! The receivers of one signal, ordered and indexed by sender: what a send walks.
//!
//! A table never changes. Link-time receivers are sorted into one on first use; a signal with
//! run-time connections gets another one after each change.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, hash_map};
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU64;
use std::sync::Arc;

use crate::check::Finding;
use crate::error::BoxError;
use crate::order;
use crate::receiver::{
    Connected, ConnectedAsync, Handler, Name, ReceiverInfo, ReceiverRef, SenderFilter, When,
};
use crate::sender::{Identity, Sender};
use crate::signal::{SignalInfo, Spec};

/// One registration, before it has its place.
pub(crate) struct Entry<S: Spec> {
    pub(crate) receiver: ReceiverRef,
    /// Whom it listens to.
    pub(crate) senders: Cow<'static, [FilterKey]>,
    pub(crate) when: Option<When<S>>,
    pub(crate) call: Call<S>,
}

pub(crate) enum Call<S: Spec> {
    Fn(S::Fn),
    AsyncFn(S::AsyncFn),
    Connected(Arc<dyn Connected<S>>),
    ConnectedAsync(Arc<dyn ConnectedAsync<S>>),
}

impl<S: Spec> Clone for Call<S> {
    fn clone(&self) -> Self {
        match self {
            Self::Fn(f) => Self::Fn(*f),
            Self::AsyncFn(f) => Self::AsyncFn(*f),
            Self::Connected(receiver) => Self::Connected(Arc::clone(receiver)),
            Self::ConnectedAsync(receiver) => Self::ConnectedAsync(Arc::clone(receiver)),
        }
    }
}

impl<S: Spec> Call<S> {
    pub(crate) fn is_async(&self) -> bool {
        matches!(self, Self::AsyncFn(_) | Self::ConnectedAsync(_))
    }

    pub(crate) fn is_alive(&self) -> bool {
        match self {
            Self::Fn(_) | Self::AsyncFn(_) => true,
            Self::Connected(receiver) => receiver.is_alive(),
            Self::ConnectedAsync(receiver) => receiver.is_alive(),
        }
    }
}

impl<S: Spec> Clone for Entry<S> {
    fn clone(&self) -> Self {
        Self {
            receiver: self.receiver.clone(),
            senders: self.senders.clone(),
            when: self.when,
            call: self.call.clone(),
        }
    }
}

impl<S: Spec> Entry<S> {
    pub(crate) fn linked(entry: &'static S) -> Self {
        let receiver = entry.receiver();
        Self {
            receiver: ReceiverRef::linked(&receiver.info),
            senders: filter_keys(&receiver.info),
            when: receiver.when,
            call: match receiver.handler {
                Handler::Sync(f) => Call::Fn(f),
                Handler::Async(f) => Call::AsyncFn(f),
            },
        }
    }
}

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

/// Some of a table's slots, in running order.
struct List<S: Spec> {
    slots: Box<[u32]>,
    direct: Direct<S>,
    first_async: Option<u32>,
}

/// The receivers of a list once more, packed, if nothing but calling them is to be done: none is
/// async, none has a condition.
enum Direct<S: Spec> {
    /// Link-time receivers only.
    Functions(Box<[Function<S>]>),
    Mixed(Box<[Mixed<S>]>),
    No,
}

/// What can be called and has ended when it returns.
pub(crate) trait Callable<S: Spec> {
    /// `None`: its weak owner is gone.
    fn call(&self, payload: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>>;
}

/// A link-time receiver.
pub(crate) struct Function<S: Spec>(S::Fn);

/// A link-time receiver or a connection.
pub(crate) enum Mixed<S: Spec> {
    Function(S::Fn),
    Connected(Arc<dyn Connected<S>>),
}

impl<S: Spec> Callable<S> for Function<S> {
    #[inline]
    fn call(&self, payload: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
        Some(S::call(self.0, payload))
    }
}

impl<S: Spec> Callable<S> for Mixed<S> {
    #[inline]
    fn call(&self, payload: &mut S::Args<'_>) -> Option<Result<S::Answer, BoxError>> {
        match self {
            Self::Function(f) => Some(S::call(*f, payload)),
            Self::Connected(receiver) => receiver.call(payload),
        }
    }
}

impl<S: Spec> List<S> {
    fn new(slots: Vec<u32>, table: &[Entry<S>]) -> Self {
        let entries = || slots.iter().map(|&slot| &table[slot as usize]);
        let functions = entries().map(|entry| match (entry.when, &entry.call) {
            (None, Call::Fn(f)) => Some(Function(*f)),
            _ => None,
        });
        let mixed = entries().map(|entry| match (entry.when, &entry.call) {
            (None, Call::Fn(f)) => Some(Mixed::Function(*f)),
            (None, Call::Connected(receiver)) => Some(Mixed::Connected(Arc::clone(receiver))),
            _ => None,
        });
        let direct = if let Some(functions) = functions.collect() {
            Direct::Functions(functions)
        } else if let Some(mixed) = mixed.collect() {
            Direct::Mixed(mixed)
        } else {
            Direct::No
        };
        Self {
            direct,
            first_async: slots
                .iter()
                .copied()
                .find(|&slot| table[slot as usize].call.is_async()),
            slots: slots.into(),
        }
    }
}

/// Who is listened to, with equal keys for equal senders.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FilterKey {
    Anybody,
    Type(TypeId),
    Instance(NonZeroU64),
    Label(&'static str),
}

/// The senders of a registration, [`FilterKey::Anybody`] if it names none.
pub(crate) fn filter_keys(info: &ReceiverInfo) -> Cow<'static, [FilterKey]> {
    if info.senders.is_empty() {
        return Cow::Borrowed(&[FilterKey::Anybody]);
    }
    let key = |sender: Sender| match sender.identity() {
        Identity::None => FilterKey::Anybody,
        Identity::Type(id) => FilterKey::Type(id),
        Identity::Instance(id) => FilterKey::Instance(id),
        Identity::Named(name) => FilterKey::Label(name),
    };
    info.senders
        .iter()
        .map(|filter| match filter {
            SenderFilter::Type(sender) => key(sender()),
            SenderFilter::Is(sender) => key(*sender),
            SenderFilter::Label(label) => FilterKey::Label(label),
        })
        .collect()
}

/// What makes two registrations the same, apart from whom they listen to.
#[derive(PartialEq, Eq, Hash)]
enum Key<'r> {
    Uid(&'r str),
    Function(&'r str, &'r str, (u32, u32)),
    Connection(u64),
}

impl<'r> Key<'r> {
    fn of(info: &'r ReceiverInfo) -> Self {
        match (info.dispatch_uid(), info.name) {
            (Some(uid), _) => Self::Uid(uid),
            (
                None,
                Name::Function {
                    module,
                    function,
                    defined,
                },
            ) => Self::Function(module, function, defined),
            (None, Name::Connection { number, .. }) => Self::Connection(number),
        }
    }
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

/// The receivers of one send.
pub(crate) struct Selection<'t, S: Spec> {
    direct: &'t Direct<S>,
    lists: [&'t [u32]; 3],
    pub(crate) first_async: Option<u32>,
}

impl<S: Spec> Clone for Selection<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Spec> Copy for Selection<'_, S> {}

impl<'t, S: Spec> Selection<'t, S> {
    #[inline]
    fn of(list: &'t List<S>) -> Self {
        Self {
            direct: &list.direct,
            lists: [&list.slots, &[], &[]],
            first_async: list.first_async,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lists.iter().map(|list| list.len()).sum()
    }

    /// All of them as functions, in order, if that is all they are.
    #[inline]
    pub(crate) fn functions(&self) -> Option<&'t [Function<S>]> {
        match self.direct {
            Direct::Functions(functions) => Some(functions),
            _ => None,
        }
    }

    /// All of them as functions and connections, in order, if that is all they are.
    pub(crate) fn mixed(&self) -> Option<&'t [Mixed<S>]> {
        match self.direct {
            Direct::Mixed(mixed) => Some(mixed),
            _ => None,
        }
    }

    /// The slot of the function or connection with this index.
    pub(crate) fn slot(&self, index: usize) -> u32 {
        self.lists[0][index]
    }

    /// The slots in running order. A receiver in several lists comes once.
    #[inline]
    pub(crate) fn slots(&self) -> Merge<'t> {
        let [first, second, third] = self.lists;
        Merge {
            first,
            others: [second, third],
        }
    }
}

/// Merges ascending lists. Mostly, there is only one.
#[derive(Clone)]
pub(crate) struct Merge<'t> {
    first: &'t [u32],
    others: [&'t [u32]; 2],
}

impl Iterator for Merge<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if let [[], []] = self.others {
            let (next, rest) = self.first.split_first()?;
            self.first = rest;
            Some(*next)
        } else {
            self.next_of_all()
        }
    }
}

impl Merge<'_> {
    fn next_of_all(&mut self) -> Option<u32> {
        let [second, third] = &mut self.others;
        let lists = [&mut self.first, second, third];
        let next = lists
            .iter()
            .filter_map(|list| list.first().copied())
            .min()?;
        for list in lists {
            if let [first, rest @ ..] = list
                && *first == next
            {
                *list = rest;
            }
        }
        Some(next)
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
