//! The receivers that hear one sender.

use std::sync::Arc;

use super::entry::{Call, Entry};
use crate::error::BoxError;
use crate::receiver::Connected;
use crate::signal::Spec;

/// Some of a table's slots, in running order.
pub(super) struct List<S: Spec> {
    pub(super) slots: Box<[u32]>,
    pub(super) direct: Direct<S>,
    pub(super) has_sync: bool,
    pub(super) first_async: Option<u32>,
}

/// The receivers of a list once more, packed, if nothing but calling them is to be done: none is
/// async, none has a condition.
pub(super) enum Direct<S: Spec> {
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
    pub(super) fn new(slots: Vec<u32>, table: &[Entry<S>]) -> Self {
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
            has_sync: entries().any(|entry| !entry.call.is_async()),
            first_async: slots
                .iter()
                .copied()
                .find(|&slot| table[slot as usize].call.is_async()),
            slots: slots.into(),
        }
    }
}
