//! One registration: who it is, whom it listens to, how it is called.

use std::any::TypeId;
use std::borrow::Cow;
use std::num::NonZeroU64;
use std::sync::Arc;

use crate::receiver::{
    Connected, ConnectedAsync, Handler, Name, ReceiverInfo, ReceiverRef, SenderFilter, When,
};
use crate::sender::{Identity, Sender};
use crate::signal::Spec;

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
pub(super) enum Key<'r> {
    Uid(&'r str),
    Function(&'r str, &'r str, (u32, u32)),
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
            ) => Self::Function(module, function, defined),
            (None, Name::Connection { number, .. }) => Self::Connection(number),
        }
    }
}
