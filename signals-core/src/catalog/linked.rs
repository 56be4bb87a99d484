//! What the linked crates say of themselves: their signals, senders and apps.
//!
//! Two link-time collections. Signals have their own, which is as small as can be, because every
//! program with signals carries it.

use std::any::TypeId;
use std::collections::BTreeSet;

use crate::receiver::SenderFilter;
use crate::signal::{AnySignal, crate_of};

/// Something else than a signal that a crate says of itself.
#[doc(hidden)]
#[derive(Debug)]
pub enum Fact {
    /// It has a model, or a sender that it wants to be known by its label.
    Sender {
        sender: SenderFilter,
        module: &'static str,
    },
    /// It wants other crates to be linked: `installed_apps!`.
    App(App),
    /// Its Cargo.toml has this crate, which has to do with signals.
    Candidate(&'static str),
    /// It is linked, and has no receivers to be missed: an adapter.
    Adapter(&'static str),
    /// It provides a state of this type to the scope of its own sends.
    State(fn() -> TypeId),
}

/// A crate in `installed_apps!`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct App {
    /// As `module_path!` says it inside of the crate.
    pub crate_name: &'static str,
    /// As the application calls it.
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
}

// linkme does not know wasm. There, inventory serves.
#[cfg(not(target_family = "wasm"))]
mod slice {
    use super::{AnySignal, Fact};

    #[doc(hidden)]
    #[linkme::distributed_slice]
    pub static SIGNALS_CORE_CATALOG: [&'static dyn AnySignal];

    #[doc(hidden)]
    #[linkme::distributed_slice]
    pub static SIGNALS_CORE_FACTS: [Fact];

    pub(super) fn signals() -> impl Iterator<Item = &'static dyn AnySignal> {
        SIGNALS_CORE_CATALOG.iter().copied()
    }

    pub(super) fn facts() -> impl Iterator<Item = &'static Fact> {
        SIGNALS_CORE_FACTS.iter()
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_signal {
        ($signal:expr) => {
            #[$crate::__private::linkme::distributed_slice($crate::__private::SIGNALS_CORE_CATALOG)]
            #[linkme(crate = $crate::__private::linkme)]
            static __SIGNAL: &'static dyn $crate::AnySignal = $signal;
        };
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_fact {
        ($fact:expr) => {
            #[$crate::__private::linkme::distributed_slice($crate::__private::SIGNALS_CORE_FACTS)]
            #[linkme(crate = $crate::__private::linkme)]
            static __FACT: $crate::__private::Fact = $fact;
        };
    }
}

#[cfg(target_family = "wasm")]
mod slice {
    use super::{AnySignal, Fact};

    #[doc(hidden)]
    pub struct Listed(pub &'static dyn AnySignal);

    inventory::collect!(Listed);
    inventory::collect!(Fact);

    pub(super) fn signals() -> impl Iterator<Item = &'static dyn AnySignal> {
        inventory::iter::<Listed>.into_iter().map(|listed| listed.0)
    }

    pub(super) fn facts() -> impl Iterator<Item = &'static Fact> {
        inventory::iter::<Fact>.into_iter()
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_signal {
        ($signal:expr) => {
            $crate::__private::inventory::submit! { $crate::__private::Listed($signal) }
        };
    }

    #[doc(hidden)]
    #[macro_export]
    macro_rules! __list_fact {
        ($fact:expr) => {
            $crate::__private::inventory::submit! { $fact }
        };
    }
}

#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub use slice::Listed;
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub use slice::{SIGNALS_CORE_CATALOG, SIGNALS_CORE_FACTS};

/// Every signal of every linked crate, by name.
///
/// ```
/// use signals_core::signal;
///
/// signal! {
///     pub order_paid(total: u64);
/// }
///
/// let names: Vec<_> = signals_core::signals().map(|signal| signal.info().name()).collect();
/// assert!(names.iter().any(|name| name.ends_with("order_paid")));
/// ```
pub fn signals() -> impl Iterator<Item = &'static dyn AnySignal> {
    let mut signals: Vec<_> = slice::signals().collect();
    signals.sort_by_key(|signal| (signal.info().name, signal.info().file, signal.info().line));
    signals.into_iter()
}

/// Every signal, in no order.
pub(crate) fn all() -> impl Iterator<Item = &'static dyn AnySignal> {
    slice::signals()
}

/// The senders that linked crates say they have, with the module that says so.
pub(crate) fn senders() -> impl Iterator<Item = (&'static SenderFilter, &'static str)> {
    slice::facts().filter_map(|fact| match fact {
        Fact::Sender { sender, module } => Some((sender, *module)),
        _ => None,
    })
}

/// The crates that `installed_apps!` names, by name.
pub(crate) fn apps() -> Vec<&'static App> {
    let mut apps: Vec<&'static App> = slice::facts()
        .filter_map(|fact| match fact {
            Fact::App(app) => Some(app),
            _ => None,
        })
        .collect();
    apps.sort_by_key(|app| (app.crate_name, app.file, app.line));
    apps
}

/// The crates that may have been forgotten in `installed_apps!`, by name.
pub(crate) fn candidates() -> BTreeSet<&'static str> {
    let named = |which: fn(&Fact) -> Option<&'static str>| slice::facts().filter_map(which);
    let mut candidates: BTreeSet<_> = named(|fact| match fact {
        Fact::Candidate(crate_name) => Some(crate_name),
        _ => None,
    })
    .collect();
    for adapter in named(|fact| match fact {
        Fact::Adapter(module) => Some(crate_of(module)),
        _ => None,
    }) {
        candidates.remove(adapter);
    }
    candidates
}

/// Whether an adapter provides states of this type to the scope of its own sends.
pub(crate) fn is_scoped_state(id: TypeId) -> bool {
    slice::facts().any(|fact| matches!(fact, Fact::State(state) if state() == id))
}
