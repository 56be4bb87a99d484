//! What `signals_core::testing` promises to tests.

mod capture;
mod messages;
mod mute;
mod parallel;
mod scoped;
mod simulate;
mod wired;
