//! The receivers that one send calls.

use super::index::List;

/// The slots of one send, of up to three lists.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'t> {
    lists: [&'t [u32]; 3],
    has_sync: bool,
    pub(crate) first_async: Option<u32>,
}

impl<'t> Selection<'t> {
    pub(super) fn of(lists: [Option<&'t List>; 3]) -> Self {
        let some = || lists.iter().flatten();
        Self {
            lists: lists.map(|list| list.map_or(&[][..], |list| &list.slots)),
            has_sync: some().any(|list| list.has_sync),
            first_async: some().filter_map(|list| list.first_async).min(),
        }
    }

    /// At least as many as there are.
    pub(crate) fn len(&self) -> usize {
        self.lists.iter().map(|list| list.len()).sum()
    }

    /// The slots in running order. A receiver in several lists comes once.
    #[inline]
    pub(crate) fn slots(&self) -> Merge<'t> {
        // Alone, a list is the first one.
        let [first, second, third] = match self.lists {
            [[], only, []] | [[], [], only] => [only, &[][..], &[][..]],
            lists => lists,
        };
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
            match list {
                [first, rest @ ..] if *first == next => *list = rest,
                _ => {}
            }
        }
        Some(next)
    }
}
