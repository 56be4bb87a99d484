//! What happens to the links of a many-to-many relation.

use std::fmt;

/// What happens to links, and whether it is still to come: the `action` of
/// [`m2m_changed`](super::m2m_changed).
///
/// Shown as Django's word:
///
/// ```
/// use signals_builtin::models::M2mAction;
///
/// assert_eq!(M2mAction::PreAdd.to_string(), "pre_add");
/// assert!(M2mAction::PostClear.is_post());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum M2mAction {
    /// Links are about to be added.
    PreAdd,
    /// Links were added.
    PostAdd,
    /// Links are about to be removed.
    PreRemove,
    /// Links were removed.
    PostRemove,
    /// All links are about to be removed.
    PreClear,
    /// All links were removed.
    PostClear,
}

impl M2mAction {
    /// Django's word for it: `pre_add`, `post_add`, `pre_remove`, `post_remove`, `pre_clear` or
    /// `post_clear`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreAdd => "pre_add",
            Self::PostAdd => "post_add",
            Self::PreRemove => "pre_remove",
            Self::PostRemove => "post_remove",
            Self::PreClear => "pre_clear",
            Self::PostClear => "post_clear",
        }
    }

    /// Whether it is still to come.
    pub const fn is_pre(self) -> bool {
        matches!(self, Self::PreAdd | Self::PreRemove | Self::PreClear)
    }

    /// Whether it has happened.
    pub const fn is_post(self) -> bool {
        !self.is_pre()
    }
}

impl fmt::Display for M2mAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
