//! What `signals_core::testing` promises to tests.

mod capture;
mod messages;
mod mute;
mod outcomes;
mod parallel;
mod scoped;
mod simulate;
mod wired;
