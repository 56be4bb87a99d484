//! What the tests of the conformance suite share; the tests themselves are in `tests/`.
//!
//! Their names begin with the behaviour that they pin: `ds…` and `sg…` are tests of Django's own
//! suite, `s17…` and `s19…` facts about its dispatcher that it does not test, `ux…` what its users ask
//! for.

mod executor;
mod finding;
mod journal;
pub mod logs;
mod watchdog;
pub mod ways;

pub use executor::{Waiter, block_on, poll_once, yield_now};
pub use finding::findings_of;
pub use journal::Journal;
pub use watchdog::within;

/// The README's examples are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
