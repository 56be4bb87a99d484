//! Rows that come as they are, from a fixture.

use std::fmt;

use signals_core::state::{self, ScopedState};

/// Says that rows are loaded as they are, from a fixture or a dump: until the guard is dropped, `raw`
/// is true for all writes in the [scope](mod@signals_core::scope) of where this is called.
///
/// ```
/// use signals_builtin::models;
///
/// let loading = models::raw();
/// assert!(models::is_raw());
///
/// drop(loading);
/// assert!(!models::is_raw());
/// ```
///
/// A future keeps it over an `.await` only in a scope of its own, see
/// [`in_current_scope`](signals_core::in_current_scope).
pub fn raw() -> Raw {
    Raw(state::scoped(Loading))
}

/// Whether rows are loaded as they are, here: what adapters tell as `raw`.
pub fn is_raw() -> bool {
    state::get::<Loading>().is_some()
}

/// Rows are loaded as they are, until this is dropped; made by [`raw`].
#[must_use = "it ends when this is dropped"]
pub struct Raw(#[expect(dead_code, reason = "ends what it guards")] ScopedState);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raw")
    }
}

struct Loading;
