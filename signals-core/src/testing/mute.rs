//! Keeping receivers from running.

use std::fmt;
use std::sync::Arc;

use super::require_scope;
use crate::catalog::{did_you_mean, names};
use crate::receiver::ReceiverInfo;
use crate::scope::{self, Layer, Pushed};
use crate::sender::Sender;
use crate::signal::{Signal, Spec};
use crate::watch::{Rule, Watching};

/// Keeps receivers from running, until it is dropped.
#[must_use = "receivers run again when this is dropped"]
pub struct Muted {
    _rule: Pushed,
    _watching: Watching,
}

impl Muted {
    fn new(rule: Rule, watching: Watching) -> Self {
        Self {
            _rule: scope::push(Layer::Rule(Arc::new(rule))),
            _watching: watching,
        }
    }
}

impl fmt::Debug for Muted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Muted")
    }
}

/// Keeps every receiver of the signal from running. Sends of it succeed.
///
/// # Panics
///
/// In a task without a [scope](crate::scope) of its own.
#[track_caller]
pub fn mute<S: Spec>(signal: &'static Signal<S>) -> Muted {
    require_scope();
    Muted::new(
        Rule::MuteSignal(std::any::TypeId::of::<S>()),
        Watching::one(signal),
    )
}

/// Keeps the receivers of this name from running, whatever signal they listen to: by
/// `dispatch_uid`, by path, or by the end of a path.
///
/// # Panics
///
/// When no receiver has that name, showing the names that are like it. In a task without a
/// [scope](crate::scope) of its own.
#[track_caller]
pub fn mute_receiver(name: &str) -> Muted {
    require_scope();
    require_receiver(name);
    Muted::new(Rule::MuteReceiver(name.to_owned()), Watching::all())
}

/// Keeps every receiver from running, of any signal that this sender sends.
///
/// # Panics
///
/// In a task without a [scope](crate::scope) of its own.
#[track_caller]
pub fn mute_sender(sender: Sender) -> Muted {
    require_scope();
    Muted::new(Rule::MuteSender(sender), Watching::all())
}

/// Keeps every receiver from running but those of these names, whatever signal they listen to: by
/// `dispatch_uid`, by path, or by the end of a path. `only([])` leaves none.
///
/// # Panics
///
/// When no receiver has one of the names, showing the names that are like it. In a task without a
/// [scope](crate::scope) of its own.
#[track_caller]
pub fn only<const N: usize>(names: [&str; N]) -> Muted {
    require_scope();
    for name in names {
        require_receiver(name);
    }
    let names = names.map(str::to_owned);
    Muted::new(Rule::Only(names.into()), Watching::all())
}

/// A misspelt name would mute nobody, and the test would pass for the wrong reason.
#[track_caller]
fn require_receiver(name: &str) {
    let mut names = Vec::new();
    for signal in crate::catalog::all() {
        for receiver in signal.receivers() {
            if receiver.is_called(name) {
                return;
            }
            names.push(receiver.key());
        }
    }
    let alike = closest(name, &names);
    panic!("no receiver is called `{name}`{alike}");
}

/// `; did you mean …?`
pub(super) fn closest(name: &str, names: &[String]) -> String {
    did_you_mean(&names::closest(name, names.iter().map(String::as_str)))
}

/// The receivers of a signal, for messages.
pub(super) fn list(
    receivers: impl Iterator<Item = impl std::ops::Deref<Target = ReceiverInfo>>,
) -> String {
    let mut list = String::new();
    for receiver in receivers {
        list.push_str("\n  ");
        list.push_str(&receiver.to_string());
    }
    if list.is_empty() {
        list.push_str(" nobody");
    }
    list
}
