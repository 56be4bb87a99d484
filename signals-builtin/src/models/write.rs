//! What is said of a write besides the row.

use super::DEFAULT_DB;

/// What kind of write it is: what [`pre_save`](super::pre_save) and [`post_save`](super::post_save)
/// tell besides the row.
///
/// ```
/// use signals_builtin::models::Write;
///
/// let write = Write::update_fields(&["last_login"]).using("accounts");
/// assert_eq!(write.fields(), Some(&["last_login"][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    created: bool,
    fields: Option<&'a [&'static str]>,
    using: &'a str,
    raw: bool,
}

impl<'a> Write<'a> {
    /// A new row: `created` is true.
    pub const fn insert() -> Self {
        Self {
            created: true,
            fields: None,
            using: DEFAULT_DB,
            raw: false,
        }
    }

    /// A row that is there, with all its fields: `created` is false.
    pub const fn update() -> Self {
        Self {
            created: false,
            ..Self::insert()
        }
    }

    /// Some fields of a row that is there: `created` is false, and `update_fields` are these.
    ///
    /// Where there are none, nothing is written and nothing sent.
    pub const fn update_fields(fields: &'a [&'static str]) -> Self {
        Self {
            fields: Some(fields),
            ..Self::update()
        }
    }

    /// To the database of that alias; [`DEFAULT_DB`] unless given.
    #[must_use]
    pub const fn using(self, using: &'a str) -> Self {
        Self { using, ..self }
    }

    /// As it is, from a fixture: `raw` is true, as it is for all writes while [`raw`](super::raw)
    /// says so.
    #[must_use]
    pub const fn raw(self) -> Self {
        Self { raw: true, ..self }
    }

    /// Whether it is a new row.
    pub const fn is_insert(&self) -> bool {
        self.created
    }

    /// The fields that are written, if not all of them are.
    pub const fn fields(&self) -> Option<&'a [&'static str]> {
        self.fields
    }

    /// The alias of the database.
    pub const fn database(&self) -> &'a str {
        self.using
    }

    /// Whether the row comes as it is, from a fixture: because this says so, or
    /// [`raw`](super::raw) does here.
    pub fn is_raw(&self) -> bool {
        self.raw || super::is_raw()
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_some_and(<[_]>::is_empty)
    }
}

/// A row that was written, and whether it is new: for statements that only tell afterwards, such as
/// `INSERT … ON CONFLICT DO UPDATE`.
///
/// A write returns the row, and then `created` is what [`Write`] says; or it returns this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<I> {
    pub(super) instance: I,
    pub(super) created: Option<bool>,
}

impl<I> Written<I> {
    /// The row was not there before.
    pub fn created(instance: I) -> Self {
        Self {
            instance,
            created: Some(true),
        }
    }

    /// The row was there before.
    pub fn updated(instance: I) -> Self {
        Self {
            instance,
            created: Some(false),
        }
    }
}

impl<I> From<I> for Written<I> {
    fn from(instance: I) -> Self {
        Self {
            instance,
            created: None,
        }
    }
}
