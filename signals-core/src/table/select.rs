//! The receivers that one send calls.

use super::list::{Direct, Function, List, Mixed};
use crate::signal::Spec;

/// The receivers of one send.
pub(crate) struct Selection<'t, S: Spec> {
    pub(super) direct: &'t Direct<S>,
    pub(super) lists: [&'t [u32]; 3],
    pub(crate) has_sync: bool,
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
    pub(super) fn of(list: &'t List<S>) -> Self {
        Self {
            direct: &list.direct,
            lists: [&list.slots, &[], &[]],
            has_sync: list.has_sync,
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

    /// None if all are async, else [`slots`](Self::slots).
    pub(crate) fn sync_slots(&self) -> Merge<'t> {
        if self.has_sync {
            self.slots()
        } else {
            Merge::default()
        }
    }
}

/// Merges ascending lists. Mostly, there is only one.
#[derive(Clone, Default)]
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
