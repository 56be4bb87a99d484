//! All that there is: every signal of the program, and every receiver in running order.
//!
//! # What is the catalogue?
//!
//! Receivers find their signal by being linked, so no list in the code says who listens.
//! [`catalog`](fn@catalog) makes that list from what is really there, run-time connections included: to be looked at
//! as a table, with `Display`, or to be given to other tools as [JSON](Catalog::to_json), as a
//! [Mermaid](Catalog::to_mermaid) or as a [DOT](Catalog::to_dot) graph.
//!
//! [`cli`](crate::cli) shows it on the command line of an application.

mod apps;
mod dot;
mod entry;
mod explain;
mod graph;
mod json;
mod linked;
mod mermaid;
pub(crate) mod names;
pub(crate) mod table;
pub(crate) mod text;

use std::collections::BTreeMap;
use std::fmt;

use crate::receiver::{ReceiverInfo, ReceiverRef};
use crate::signal::crate_of;

pub use self::entry::{CatalogReceiver, CatalogSignal, Idle, IdleReceiver, Reason};
pub use self::explain::{Explanation, NotCalled};
#[doc(hidden)]
pub use self::linked::*;
pub(crate) use self::linked::{all, apps, candidates, is_scoped_state, senders};

use self::text::Page;

/// Every signal, every receiver and every crate that has some, as they are at one moment.
///
/// `Display` is a table. Made by [`catalog`](fn@catalog).
#[derive(Debug, Clone)]
pub struct Catalog {
    signals: Vec<CatalogSignal>,
    crates: Vec<CatalogCrate>,
}

/// A crate that has signals, receivers or senders, or that `installed_apps!` names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogCrate {
    /// As its own code calls it: `my_crate` for `my-crate`, whatever it is renamed to elsewhere.
    pub name: &'static str,
    /// How many signals it declares.
    pub signals: usize,
    /// How many registrations of receivers it has, those that are never called included.
    pub receivers: usize,
    /// How many models it derives, and other senders it makes known.
    pub senders: usize,
    /// Whether [`installed_apps!`](crate::installed_apps!) names it.
    pub is_installed: bool,
}

/// Everything that is there: signals by name, receivers in the order in which they run.
///
/// ```
/// use signals_core::{receiver, signal};
///
/// signal! {
///     /// Sent after a letter has been posted.
///     pub letter_posted(weight: u64);
/// }
///
/// #[receiver(letter_posted)]
/// fn count(weight: u64) { let _ = weight; }
///
/// let catalog = signals_core::catalog().with_signal("letter_posted")?;
/// let [signal] = catalog.signals() else { panic!("there is one") };
/// assert_eq!(signal.doc().trim(), "Sent after a letter has been posted.");
/// assert!(signal.receivers()[0].path().ends_with("count"));
/// println!("{catalog}");
/// # Ok::<(), signals_core::catalog::UnknownSignal>(())
/// ```
pub fn catalog() -> Catalog {
    let signals: Vec<CatalogSignal> = signals().map(crate::AnySignal::listed).collect();
    let crates = crates(&signals);
    Catalog { signals, crates }
}

impl Catalog {
    /// The signals, by name.
    pub fn signals(&self) -> &[CatalogSignal] {
        &self.signals
    }

    /// The crates, by name. No filter changes them.
    pub fn crates(&self) -> &[CatalogCrate] {
        &self.crates
    }

    /// Only the signals with this name or path, or the end of one: `order_paid` and
    /// `orders::order_paid` are `shop::orders::order_paid`.
    ///
    /// # Errors
    ///
    /// When there is none. The error names those that are spelt alike.
    pub fn with_signal(mut self, name: &str) -> Result<Self, UnknownSignal> {
        let is_meant = |signal: &CatalogSignal| {
            names::is_end_of(name, signal.name()) || names::is_end_of(name, signal.path())
        };
        if !self.signals.iter().any(is_meant) {
            return Err(UnknownSignal {
                name: name.to_owned(),
                closest: self.closest(name),
            });
        }
        self.signals.retain(is_meant);
        Ok(self)
    }

    /// The names of the signals whose name or path is spelt like this.
    fn closest(&self, name: &str) -> Vec<&'static str> {
        let signals = self.signals.iter();
        let known = signals.flat_map(|it| [(it.name(), it.name()), (it.path(), it.name())]);
        let names: BTreeMap<&str, &'static str> = known.collect();
        let mut closest = Vec::new();
        for spelt_alike in names::closest(name, names.keys().copied()) {
            if !closest.contains(&names[spelt_alike]) {
                closest.push(names[spelt_alike]);
            }
        }
        closest
    }

    /// Only the receivers that are called when a sender with this label sends, and only the signals
    /// that have such receivers. A signal that is declared without `sender` is sent by nobody in
    /// particular, so it is left out.
    #[must_use]
    pub fn with_sender(mut self, label: &str) -> Self {
        self.signals.retain_mut(|signal| {
            signal.receivers.retain(|it| it.hears(Some(label)));
            signal.idle.retain(|it| it.would_hear(Some(label)));
            signal.has_sender() && !signal.receivers.is_empty()
        });
        self
    }

    /// The labels of the senders that are known: those that receivers listen to, those of derived
    /// models and those of [`known_senders!`](crate::known_senders!), sorted.
    ///
    /// A name that is only used at a send, [`Sender::named`](crate::Sender::named), cannot be known.
    pub fn senders(&self) -> Vec<String> {
        let listened_to = self.signals.iter().flat_map(CatalogSignal::receivers);
        let listened_to = listened_to.flat_map(|receiver| receiver.senders().to_vec());
        let known = senders().map(|(sender, _)| sender.to_string());
        let mut labels: Vec<String> = listened_to.chain(known).collect();
        labels.sort();
        labels.dedup();
        labels
    }
}

impl fmt::Display for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(table::table(self, Page::default()).trim_end())
    }
}

/// Counts what each crate has.
fn crates(signals: &[CatalogSignal]) -> Vec<CatalogCrate> {
    let mut crates = BTreeMap::new();
    let mut count = |name: &'static str, count: fn(&mut CatalogCrate)| {
        count(crates.entry(name).or_insert(CatalogCrate {
            name,
            signals: 0,
            receivers: 0,
            senders: 0,
            is_installed: false,
        }));
    };
    for signal in signals {
        count(signal.info().crate_name(), |it| it.signals += 1);
        let called = signal.receivers().iter().map(|it| &**it);
        let is_called = |receiver: &ReceiverRef| {
            let mut called = signal.receivers().iter();
            called.any(|it| it.receiver().same(receiver))
        };
        let idle = signal.idle().iter().filter(|it| !is_called(it.receiver()));
        let idle = idle.map(|it| &**it);
        for name in called.chain(idle).filter_map(ReceiverInfo::crate_name) {
            count(name, |it| it.receivers += 1);
        }
    }
    for (_, module) in senders() {
        count(crate_of(module), |it| it.senders += 1);
    }
    for app in apps() {
        count(app.crate_name, |it| it.is_installed = true);
    }
    crates.into_values().collect()
}

/// No signal has the name that was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no signal is called `{name}`{}", did_you_mean(closest))]
#[non_exhaustive]
pub struct UnknownSignal {
    /// What was asked for.
    pub name: String,
    /// Names that are spelt alike, the closest first.
    pub closest: Vec<&'static str>,
}

/// `; did you mean `a` or `b`?`, or nothing.
pub(crate) fn did_you_mean<S: fmt::Display>(closest: &[S]) -> String {
    if closest.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = closest.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", quoted.join(" or "))
}
