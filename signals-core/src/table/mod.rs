//! The receivers of one signal, ordered and indexed by sender: what a send walks.
//!
//! A table never changes. Link-time receivers are sorted into one on first use; a signal with
//! run-time connections gets another one after each change.

mod filter;
mod index;
mod select;

use std::sync::Arc;

use crate::error::BoxError;
use crate::receiver::{Connected, ConnectedAsync, Handler, ReceiverRef, When};
use crate::sender::{Identity, Sender};
use crate::signal::Spec;

pub(crate) use self::filter::{FilterKey, filter_key, filter_keys};
pub(crate) use self::index::{Index, Kind, Registration};
pub(crate) use self::select::Selection;

use self::index::{IsDirect, List};

/// All receivers of a signal, in running order, and which of them hear whom.
pub(crate) struct Table<S: Spec> {
    index: Index,
    calls: Box<[Call<S>]>,
    /// For each of the index's lists.
    direct: Box<[Direct<S>]>,
}

/// How a receiver is called.
pub(crate) struct Call<S: Spec> {
    pub(crate) when: Option<When<S>>,
    pub(crate) target: Target<S>,
}

pub(crate) enum Target<S: Spec> {
    Fn(S::Fn),
    AsyncFn(S::AsyncFn),
    Connected(Arc<dyn Connected<S>>),
    ConnectedAsync(Arc<dyn ConnectedAsync<S>>),
}

/// The receivers of a list once more, packed, if nothing but calling them is to be done.
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

impl<S: Spec> Clone for Call<S> {
    fn clone(&self) -> Self {
        Self {
            when: self.when,
            target: match &self.target {
                Target::Fn(f) => Target::Fn(*f),
                Target::AsyncFn(f) => Target::AsyncFn(*f),
                Target::Connected(receiver) => Target::Connected(Arc::clone(receiver)),
                Target::ConnectedAsync(receiver) => Target::ConnectedAsync(Arc::clone(receiver)),
            },
        }
    }
}

impl<S: Spec> Call<S> {
    /// A link-time entry of the signal.
    pub(crate) fn linked(entry: &'static S) -> (Registration, Self) {
        let receiver = entry.receiver();
        let (target, kind) = match (&receiver.handler, receiver.when) {
            (Handler::Sync(f), None) => (Target::Fn(*f), Kind::Function),
            (Handler::Sync(f), Some(_)) => (Target::Fn(*f), Kind::Conditional),
            (Handler::Async(f), _) => (Target::AsyncFn(*f), Kind::Async),
        };
        let registration = Registration {
            receiver: ReceiverRef::linked(&receiver.info),
            senders: filter_keys(&receiver.info),
            kind,
        };
        let when = receiver.when;
        (registration, Self { when, target })
    }

    #[inline]
    pub(crate) fn is_async(&self) -> bool {
        matches!(self.target, Target::AsyncFn(_) | Target::ConnectedAsync(_))
    }

    /// Whether its owner may go away.
    pub(crate) fn is_weak(&self) -> bool {
        match &self.target {
            Target::Fn(_) | Target::AsyncFn(_) => false,
            Target::Connected(receiver) => receiver.is_weak(),
            Target::ConnectedAsync(receiver) => receiver.is_weak(),
        }
    }

    pub(crate) fn is_alive(&self) -> bool {
        match &self.target {
            Target::Fn(_) | Target::AsyncFn(_) => true,
            Target::Connected(receiver) => receiver.is_alive(),
            Target::ConnectedAsync(receiver) => receiver.is_alive(),
        }
    }

    /// Whether the receiver's own condition lets this payload pass.
    #[inline]
    pub(crate) fn applies(&self, payload: &S::Args<'_>) -> bool {
        self.when.is_none_or(|when| when(payload))
    }
}

impl<S: Spec> Direct<S> {
    fn of(list: &List, calls: &[Call<S>]) -> Self {
        let targets = list.slots.iter().map(|&slot| &calls[slot as usize].target);
        match list.direct {
            IsDirect::No => Self::No,
            IsDirect::Functions => {
                let mut functions = Vec::with_capacity(list.slots.len());
                for target in targets {
                    if let Target::Fn(f) = target {
                        functions.push(Function(*f));
                    }
                }
                Self::Functions(functions.into())
            }
            IsDirect::Mixed => {
                let mut mixed = Vec::with_capacity(list.slots.len());
                for target in targets {
                    match target {
                        Target::Fn(f) => mixed.push(Mixed::Function(*f)),
                        Target::Connected(to) => mixed.push(Mixed::Connected(Arc::clone(to))),
                        Target::AsyncFn(_) | Target::ConnectedAsync(_) => {}
                    }
                }
                Self::Mixed(mixed.into())
            }
        }
    }
}

impl<S: Spec> Table<S> {
    /// Of an index that was made of registrations, and how each of those is called.
    pub(crate) fn new(index: Index, order: &[usize], call: impl Fn(usize) -> Call<S>) -> Self {
        let calls: Box<[Call<S>]> = order.iter().map(|at| call(*at)).collect();
        let mut direct = Vec::with_capacity(index.lists().len());
        for list in index.lists() {
            direct.push(Direct::of(list, &calls));
        }
        Self {
            direct: direct.into(),
            index,
            calls,
        }
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    #[inline]
    pub(crate) fn call(&self, slot: u32) -> &Call<S> {
        &self.calls[slot as usize]
    }

    pub(crate) fn receiver(&self, slot: u32) -> &ReceiverRef {
        &self.index.slots()[slot as usize].receiver
    }

    /// The receivers that are there: not those whose owner is gone.
    pub(crate) fn receivers(&self) -> Vec<ReceiverRef> {
        self.index.receivers(&|slot| self.call(slot).is_alive())
    }

    /// The receivers that hear `sender`, if all a send has to do is to call them, and that is soon
    /// found out.
    #[inline]
    pub(crate) fn direct(&self, sender: impl FnOnce() -> Sender) -> Option<Calls<'_, S>> {
        let list = if self.index.is_filtered() {
            let Identity::Type(sender) = sender().identity() else {
                return None;
            };
            self.index.only_list(sender)? as usize
        } else {
            0
        };
        let slots = &*self.index.lists()[list].slots;
        match &self.direct[list] {
            Direct::Functions(functions) => Some(Calls::Functions(functions, slots)),
            Direct::Mixed(mixed) => Some(Calls::Mixed(mixed, slots)),
            Direct::No => None,
        }
    }

    /// The receivers that hear `sender`, whatever it takes to call them.
    pub(crate) fn select(&self, sender: Sender) -> Selection<'_> {
        self.index.select(sender)
    }
}

/// What can just be called, in order, with the slots.
pub(crate) enum Calls<'t, S: Spec> {
    Functions(&'t [Function<S>], &'t [u32]),
    Mixed(&'t [Mixed<S>], &'t [u32]),
}
