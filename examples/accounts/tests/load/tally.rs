//! How often what happened to whom.

use std::collections::BTreeMap;
use std::fmt;

/// How often what happened to whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<(&'static str, String), u64>);

impl Tally {
    pub(crate) fn note(&mut self, what: &'static str, whom: &(impl ToString + ?Sized)) {
        *self.0.entry((what, whom.to_string())).or_default() += 1;
    }

    pub(crate) fn of(&self, what: &'static str, whom: &(impl ToString + ?Sized)) -> u64 {
        let count = self.0.get(&(what, whom.to_string()));
        count.copied().unwrap_or_default()
    }

    /// To whom it happened.
    pub(crate) fn whom(&self, what: &'static str) -> impl Iterator<Item = &str> {
        let of_this = self.0.keys().filter(move |(this, _)| *this == what);
        of_this.map(|(_, whom)| whom.as_str())
    }

    /// To whomever.
    pub(crate) fn total(&self, what: &'static str) -> u64 {
        let of_this = self.0.iter().filter(|((this, _), _)| *this == what);
        of_this.map(|(_, count)| count).sum()
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (of, count) in other.0 {
            *self.0.entry(of).or_default() += count;
        }
    }
}

/// In all: `12 log in, 30 sign up`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut totals = BTreeMap::<_, u64>::new();
        for ((what, _), count) in &self.0 {
            *totals.entry(what).or_default() += count;
        }
        let totals = totals.iter().map(|(what, count)| format!("{count} {what}"));
        f.write_str(&totals.collect::<Vec<_>>().join(", "))
    }
}
