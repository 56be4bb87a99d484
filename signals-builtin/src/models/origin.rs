//! What a deletion began with.

use std::fmt;

use signals_core::AnyModel;

/// What a deletion began with: the `origin` of [`pre_delete`](super::pre_delete) and
/// [`post_delete`](super::post_delete).
///
/// Rows that go along, because they belong to the one that was deleted, have its origin. So a
/// receiver can tell whether a row is the one that somebody wanted to delete.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Origin<'a> {
    /// One row was deleted.
    Instance(&'a dyn AnyModel),
    /// All rows that a query finds were deleted. What it looks for is described as the store does
    /// it, without the values.
    Query(&'a str),
}

impl<'a> Origin<'a> {
    /// The row that was deleted, if it was one.
    pub fn instance(self) -> Option<&'a dyn AnyModel> {
        match self {
            Self::Instance(instance) => Some(instance),
            Self::Query(_) => None,
        }
    }

    /// The query whose rows were deleted, if it was one.
    pub fn query(self) -> Option<&'a str> {
        match self {
            Self::Instance(_) => None,
            Self::Query(query) => Some(query),
        }
    }
}

/// The label and the key of the row, not all of it.
impl fmt::Debug for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instance(instance) => match instance.pk() {
                Some(pk) => write!(f, "Instance({} {pk})", instance.label()),
                None => write!(f, "Instance({})", instance.label()),
            },
            Self::Query(query) => write!(f, "Query({query})"),
        }
    }
}
