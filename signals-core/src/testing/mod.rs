//! For tests: what was sent, who ran, and keeping receivers from running.
//!
//! All of it is for the [scope](crate::scope) of the test alone: this thread, or this future. Tests
//! that run at once, on the same signals, do not see each other. Everything nests, and ends when
//! its guard is dropped, also by a panic.
//!
//! ```
//! use signals_core::{receiver, signal, testing};
//!
//! signal! {
//!     pub order_paid(number: u32, customer: &str);
//! }
//!
//! #[receiver(order_paid, dispatch_uid = "receipt")]
//! fn send_receipt(customer: &str) {}
//!
//! fn pay(number: u32) -> Result<(), signals_core::SendError> {
//!     order_paid.send(OrderPaid { number, customer: "Ada" })?;
//!     Ok(())
//! }
//!
//! let paid = testing::capture(&order_paid);
//! let _no_mails = testing::mute_receiver("receipt");
//!
//! pay(7)?;
//!
//! signals_core::assert_sent_once!(paid, |sent| sent.arguments.contains("number: 7"));
//! signals_core::assert_wired!(order_paid, "receipt");
//! # Ok::<(), signals_core::SendError>(())
//! ```
//!
//! | to | call |
//! |---|---|
//! | see what is sent | [`capture`], [`capture_with`], [`assert_sent!`], [`assert_sent_once!`], [`assert_not_sent!`] |
//! | keep receivers from running | [`mute`], [`mute_receiver`], [`mute_sender`], [`only`] |
//! | listen for the time of a test | [`on().scoped()`](crate::Connect::scoped) |
//! | give receivers other `#[state]` | [`state::scoped`](crate::state::scoped) |
//! | commit or roll back without a database | [`simulate_commit`], [`simulate_rollback`] |
//! | see who listens, and in which order | [`assert_wired!`], [`assert_order!`] |
//!
//! [`assert_sent!`]: crate::assert_sent!
//! [`assert_sent_once!`]: crate::assert_sent_once!
//! [`assert_not_sent!`]: crate::assert_not_sent!
//! [`assert_wired!`]: crate::assert_wired!
//! [`assert_order!`]: crate::assert_order!
//!
//! # Async tests
//!
//! The body of a `#[tokio::test]` is alone on its thread and needs nothing. A task that keeps a
//! guard over an `.await` gets a scope of its own, `tokio::spawn(in_current_scope(async { … }))`;
//! with the feature `tokio`, what is in here panics in a task that has none, and says so.
//!
//! What a test spawns is not the test: threads and tasks get its scope when asked, see
//! [`scope`](crate::scope).
//!
//! # A receiver on its own
//!
//! A receiver is a function, and most tests of it need nothing but a call.

mod asserts;
mod capture;
mod commit;
mod mute;

pub use self::asserts::{__not_sent, __order, __sent, __sent_once, __wired};
pub use self::capture::{Capture, Sent, capture, capture_with};
pub use self::commit::{
    simulate_commit, simulate_commit_async, simulate_rollback, simulate_rollback_async,
};
pub use self::mute::{Muted, mute, mute_receiver, mute_sender, only};
pub use crate::watch::{Outcome, Ran, Skip};

/// What belongs to a scope is of no use in a task that has none: whoever runs on its thread next
/// would see it.
#[track_caller]
pub(crate) fn require_scope() {
    #[cfg(feature = "tokio")]
    assert!(
        crate::scope::is_own() || tokio::task::try_id().is_none(),
        "this task has no scope of its own, so others on its thread would see this; spawn it with \
         `tokio::spawn(signals_core::in_current_scope(async {{ … }}))`"
    );
}
