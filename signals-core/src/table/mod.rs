//! The receivers of one signal, ordered and indexed by sender: what a send walks.
//!
//! A table never changes. Link-time receivers are sorted into one on first use; a signal with
//! run-time connections gets another one after each change.

mod filter;
mod index;
mod select;

use std::sync::{Arc, OnceLock};

use crate::error::BoxError;
use crate::receiver::{Connected, ConnectedAsync, Handler, Later, ReceiverRef, When};
use crate::sender::Sender;
use crate::signal::Spec;

pub(crate) use self::filter::{FilterKey, filter_key, filter_keys};
pub(crate) use self::index::{Index, Kind, Registration, Sorted};
pub(crate) use self::select::Selection;

use self::index::{IsDirect, List};

/// All receivers of a signal, in running order, and which of them hear whom.
pub(crate) struct Table<S: Spec> {
    index: Index,
    calls: Box<[Call<S>]>,
    /// By the index's numbers. The first are those that hear everybody.
    hearers: Box<[Hearers<S>]>,
    /// All receivers, in their slots, if each is a function that hears every sender.
    plain: Box<[Function<S>]>,
    /// The one in `plain`, if it is one.
    only: Option<Function<S>>,
}

/// How a receiver is called.
pub(crate) struct Call<S: Spec> {
    pub(crate) when: Option<When<S>>,
    pub(crate) target: Target<S>,
    /// How it is called at the end of a transaction, if that is what it wants.
    pub(crate) later: Option<Later<S>>,
}

pub(crate) enum Target<S: Spec> {
    Fn(S::Fn),
    AsyncFn(S::AsyncFn),
    Connected(Arc<dyn Connected<S>>),
    ConnectedAsync(Arc<dyn ConnectedAsync<S>>),
}

/// Those that listen to one sender, or to everybody.
struct Hearers<S: Spec> {
    list: List,
    direct: Direct<S>,
    /// Together with those that hear everybody, if there are any: since the first send by this sender.
    with_everybody: Option<OnceLock<Box<Self>>>,
}

/// The receivers of a list once more, packed, if nothing but calling them is to be done.
enum Direct<S: Spec> {
    /// Link-time receivers only.
    Functions(Box<[Function<S>]>),
    Mixed(Box<[Mixed<S>]>),
    /// With async ones, which are not packed.
    Awaited,
    No,
}

/// So many receivers that hear everybody are packed again for each sender. More are found anew by each
/// send, beside whose calls that is little.
const PACKED_AGAIN: usize = 64;

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

impl<S: Spec> Function<S> {
    #[inline]
    pub(crate) fn call_it(&self, payload: &mut S::Args<'_>) -> Result<S::Answer, BoxError> {
        S::call(self.0, payload)
    }
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
            later: self.later,
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
        let is_plain = receiver.when.is_none() && receiver.later.is_none();
        let (target, kind) = match &receiver.handler {
            Handler::Sync(f) if is_plain => (Target::Fn(*f), Kind::Function),
            Handler::Sync(f) => (Target::Fn(*f), Kind::Conditional),
            Handler::Async(f) if is_plain => (Target::AsyncFn(*f), Kind::Async),
            Handler::Async(f) => (Target::AsyncFn(*f), Kind::ConditionalAsync),
        };
        let registration = Registration {
            receiver: ReceiverRef::linked(&receiver.info),
            senders: filter_keys(&receiver.info),
            kind,
        };
        let call = Self {
            when: receiver.when,
            later: receiver.later,
            target,
        };
        (registration, call)
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

impl<S: Spec> Hearers<S> {
    /// All of whom are in the list.
    fn of(list: List, calls: &[Call<S>]) -> Self {
        Self {
            direct: Direct::of(&list, calls),
            with_everybody: None,
            list,
        }
    }
}

impl<S: Spec> Direct<S> {
    fn of(list: &List, calls: &[Call<S>]) -> Self {
        let targets = list.slots.iter().map(|&slot| &calls[slot as usize].target);
        match list.direct {
            IsDirect::No => Self::No,
            IsDirect::Awaited => Self::Awaited,
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
    /// Of registrations, and how each of those is called.
    pub(crate) fn new(sorted: Sorted, call: impl Fn(usize) -> Call<S>) -> Self {
        let calls: Box<[Call<S>]> = sorted.order.iter().map(|at| call(*at)).collect();
        let mut hearers: Vec<Hearers<S>> = Vec::with_capacity(sorted.lists.len());
        for list in sorted.lists {
            let everybody = hearers.first().map_or(0, |first| first.list.slots.len());
            hearers.push(match everybody {
                0 => Hearers::of(list, &calls),
                1..=PACKED_AGAIN => Hearers {
                    direct: Direct::No,
                    with_everybody: Some(OnceLock::new()),
                    list,
                },
                _ => Hearers {
                    direct: Direct::No,
                    with_everybody: None,
                    list,
                },
            });
        }
        let plain = match &hearers[..] {
            [
                Hearers {
                    direct: Direct::Functions(functions),
                    ..
                },
            ] => functions.iter().map(|f| Function(f.0)).collect(),
            _ => Box::default(),
        };
        Self {
            hearers: hearers.into(),
            only: match &plain[..] {
                [only] => Some(Function(only.0)),
                _ => None,
            },
            plain,
            index: sorted.index,
            calls,
        }
    }

    #[inline]
    pub(crate) fn only(&self) -> Option<&Function<S>> {
        self.only.as_ref()
    }

    #[inline]
    pub(crate) fn plain(&self) -> &[Function<S>] {
        &self.plain
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

    /// The receiver at an index of `slots`; without any, of the table.
    pub(crate) fn receiver_at(&self, slots: &[u32], index: usize) -> &ReceiverRef {
        match slots.get(index) {
            Some(&slot) => self.receiver(slot),
            None => &self.index.slots()[index].receiver,
        }
    }

    /// The receivers that are there.
    pub(crate) fn receivers(&self) -> Vec<ReceiverRef> {
        self.index.receivers(&|slot| self.is_there(slot))
    }

    /// Whether the receiver's owner is, and the current scope sees it.
    pub(crate) fn is_there(&self, slot: u32) -> bool {
        self.call(slot).is_alive() && self.receiver(slot).is_visible()
    }

    /// The receivers that hear `sender`, if all a send has to do is to call them, and that is soon
    /// found out.
    #[inline]
    pub(crate) fn direct(&self, sender: impl Fn() -> Sender) -> Option<Calls<'_, S>> {
        let hearers = match &*self.hearers {
            [everybody] => everybody,
            _ => self.hearers_of(sender)?,
        };
        let slots = &*hearers.list.slots;
        match &hearers.direct {
            Direct::Functions(functions) => Some(Calls::Functions(functions, slots)),
            Direct::Mixed(mixed) => Some(Calls::Mixed(mixed, slots)),
            Direct::Awaited => Some(Calls::Awaited(slots)),
            Direct::No => None,
        }
    }

    /// All that hear `sender`, if they are in one list.
    #[inline(never)]
    fn hearers_of(&self, sender: impl Fn() -> Sender) -> Option<&Hearers<S>> {
        // Not handed over as a whole: to write it down and read it takes longer than to look it up.
        let own = self.index.own_list(sender().identity());
        let list = if self.index.has_labels() {
            match (own, self.index.list_of_label(sender())) {
                (own, 0) => own,
                (0, labelled) => labelled,
                _ => return None,
            }
        } else {
            own
        };
        let hearers = &self.hearers[list as usize];
        Some(match &hearers.with_everybody {
            None => hearers,
            Some(all) => all.get_or_init(|| Box::new(self.with_everybody(&hearers.list))),
        })
    }

    #[cold]
    #[inline(never)]
    fn with_everybody(&self, list: &List) -> Hearers<S> {
        let both = Selection::of([Some(&self.hearers[0].list), Some(list), None]);
        let list = List::new(both.slots().collect(), self.index.slots());
        Hearers::of(list, &self.calls)
    }

    /// The receivers that hear `sender`, whatever it takes to call them.
    pub(crate) fn select(&self, sender: Sender) -> Selection<'_> {
        let own = self.index.own_list(sender.identity());
        let labelled = if self.index.has_labels() {
            self.index.list_of_label(sender)
        } else {
            0
        };
        let choosy = |list: u32| (list > 0).then(|| &self.hearers[list as usize].list);
        Selection::of([Some(&self.hearers[0].list), choosy(own), choosy(labelled)])
    }
}

/// What can just be called, in order, with the slots.
pub(crate) enum Calls<'t, S: Spec> {
    Functions(&'t [Function<S>], &'t [u32]),
    Mixed(&'t [Mixed<S>], &'t [u32]),
    Awaited(&'t [u32]),
}
