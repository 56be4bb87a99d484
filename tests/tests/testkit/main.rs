//! What `signals_core::testing` promises to tests.

#![expect(clippy::needless_pass_by_value, reason = "these are tests")]

mod capture;
mod messages;
mod mute;
mod parallel;
mod recent;
mod scoped;
mod simulate;
mod wired;
