//! Whom a registration listens to, and what makes two registrations the same.

use std::any::TypeId;
use std::borrow::Cow;
use std::hash::Hasher;
use std::num::NonZeroU64;

use crate::receiver::{Name, ReceiverInfo, SenderFilter};
use crate::sender::{Identity, Sender};

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
    info.senders.iter().map(filter_key).collect()
}

pub(crate) fn filter_key(filter: &SenderFilter) -> FilterKey {
    let key = |sender: Sender| match sender.identity() {
        Identity::None => FilterKey::Anybody,
        Identity::Type(id) => FilterKey::Type(id),
        Identity::Instance(id) => FilterKey::Instance(id),
        Identity::Named(name) => FilterKey::Label(name),
    };
    match filter {
        SenderFilter::Type(sender) => key(sender()),
        SenderFilter::Is(sender) => key(*sender),
        SenderFilter::Label(label) => FilterKey::Label(label),
    }
}

/// What makes two registrations the same, apart from whom they listen to. Its order is of no meaning:
/// what is the quickest to differ comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'r> {
    Uid(&'r str),
    Function((u32, u32), &'r str, &'r str, u8),
    Connection(u64),
}

impl<'r> Key<'r> {
    pub(super) fn of(info: &'r ReceiverInfo) -> Self {
        match (info.dispatch_uid(), info.name) {
            (Some(uid), _) => Self::Uid(uid),
            (
                None,
                Name::Function {
                    module,
                    function,
                    defined,
                },
            ) => Self::Function(defined, function, module, info.guarantee() as u8),
            (None, Name::Connection { number, .. }) => Self::Connection(number),
        }
    }
}
/// For ids that are spread already (`TypeId`) or counted (instances).
#[derive(Default)]
pub(super) struct IdHasher(u64);

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
