//! Many rows at once.

use signals_core::PrimaryKey;

/// The rows of one statement for many: which, as far as that is known, and how many.
///
/// ```
/// use signals_builtin::models::Batch;
///
/// let two = Batch::keys([7, 9]);
/// assert_eq!(two.count(), Some(2));
///
/// let old = Batch::matching("last_login < ?");
/// assert_eq!(old.count(), None);
/// assert_eq!(old.with_count(412).count(), Some(412));
/// ```
///
/// It owns what it holds, so that `on_commit` receivers can have a clone of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    rows: Rows,
    count: Option<u64>,
}

/// Which rows a [`Batch`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rows {
    /// Those with these keys.
    Keys(Vec<PrimaryKey>),
    /// Those that this holds for, as the store writes it, without the values.
    Matching(String),
    /// Nobody can say: they get their keys from the database, which does not tell.
    Unnamed,
}

impl Batch {
    /// The rows with these keys; as many as there are keys.
    pub fn keys<K: Into<PrimaryKey>>(keys: impl IntoIterator<Item = K>) -> Self {
        let keys: Vec<_> = keys.into_iter().map(Into::into).collect();
        Self {
            count: u64::try_from(keys.len()).ok(),
            rows: Rows::Keys(keys),
        }
    }

    /// The rows that this holds for: the condition of the statement, without its values. How many
    /// is not known until it has run.
    pub fn matching(predicate: impl Into<String>) -> Self {
        Self {
            rows: Rows::Matching(predicate.into()),
            count: None,
        }
    }

    /// So many rows, of which no more is known.
    pub fn of(count: u64) -> Self {
        Self {
            rows: Rows::Unnamed,
            count: Some(count),
        }
    }

    /// The same rows, and how many there turned out to be.
    #[must_use]
    pub fn with_count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Which rows.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// How many rows. Before the statement: if that is known. After it: how many it wrote or
    /// deleted.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// The keys, if they are known.
    pub fn pks(&self) -> Option<&[PrimaryKey]> {
        match &self.rows {
            Rows::Keys(keys) => Some(keys),
            _ => None,
        }
    }

    /// The condition, if there is one.
    pub fn predicate(&self) -> Option<&str> {
        match &self.rows {
            Rows::Matching(predicate) => Some(predicate),
            _ => None,
        }
    }
}

/// So many rows, of which no more is known: what most statements return.
impl From<u64> for Batch {
    fn from(count: u64) -> Self {
        Self::of(count)
    }
}

impl Batch {
    /// What is known after the statement, which returned `known`.
    pub(super) fn after(self, known: Self) -> Self {
        Self {
            count: known.count.or(self.count),
            rows: match known.rows {
                Rows::Unnamed => self.rows,
                rows => rows,
            },
        }
    }
}
