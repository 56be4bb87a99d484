//! Crates, senders and models that an application makes known.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

use signals_core::{Model, Sender, installed_apps, known_senders};

installed_apps![fixture_declares, fixture_receives];

/// A module of the same name does not come between.
pub mod fixture_sends {
    /// Sells.
    #[derive(Debug)]
    pub struct Shop;

    signals_core::known_senders![signals_core::Sender::of::<Shop>(),];
}

known_senders![Sender::named("till"), Sender::named("counter")];

fn main() {
    installed_apps![fixture_sends,];

    #[derive(Debug, Model)]
    struct Local {
        id: u32,
    }
    assert_eq!(Local { id: 3 }.id, 3);

    let catalog = signals_core::catalog();
    let installed = catalog.crates().iter().filter(|it| it.is_installed);
    let installed: Vec<_> = installed.map(|it| it.name).collect();
    assert_eq!(
        installed,
        ["fixture_declares", "fixture_receives", "fixture_sends"]
    );
    let senders = catalog.senders();
    for label in ["till", "counter", "Shop", "Local"] {
        assert!(senders.iter().any(|it| it.ends_with(label)), "{label}");
    }
    let findings = signals_core::check();
    let about_crates = findings.iter().filter(|it| it.signal().is_none());
    assert_eq!(about_crates.count(), 0);
}
