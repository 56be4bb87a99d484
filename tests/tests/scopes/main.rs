//! What surrounds running code: guards, threads, futures.

mod futures;
mod guards;
mod many;
mod threads;

use signals_core::{Scope, state};

/// A state that tells who provided it.
#[derive(Debug, PartialEq)]
struct Layer(u32);

/// Whose state is the innermost.
fn innermost() -> Option<u32> {
    state::get::<Layer>().map(|layer| layer.0)
}

/// Nothing is left in the scope of this thread.
fn assert_clean() {
    assert_eq!(format!("{:?}", Scope::current()), "[]");
    assert_eq!(innermost(), None);
}
