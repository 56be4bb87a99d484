//! What is wrong with the receivers that were found.

mod finding;
mod labels;

use std::collections::HashSet;

pub use self::finding::Finding;

use crate::catalog::{Catalog, apps, catalog};
use crate::signal::AnySignal;

/// Looks at every signal and its receivers, and lists what is surely not meant:
///
/// - two receivers with the same key that listen to the same sender;
/// - circles and misspelt names in `before` and `after`;
/// - `#[state]` that nobody provided, unless it is an `Option` or one of an adapter's
///   [`scoped_states!`](crate::scoped_states);
/// - labels, `sender = "shop.Order"`, that no linked sender has;
/// - crates in [`installed_apps!`](crate::installed_apps!) that brought nothing.
///
/// Call it at start-up after the states were provided, or in a test.
///
/// ```
/// for finding in signals_core::check() {
///     eprintln!("{finding}");
/// }
/// ```
///
/// # Labels
///
/// A signal whose payload takes its sender from an instance is sent by models only, so a label has
/// to be that of a model: of one that is derived in a linked crate, of a type that another receiver
/// names (`sender = Order`), or of one in [`known_senders!`](crate::known_senders!). Any other signal
/// may be sent under a name that is made up at the send. There, a label is reported only if it is
/// spelt almost like one that is known.
pub fn check() -> Vec<Finding> {
    let mut findings: Vec<Finding> = crate::signals().flat_map(AnySignal::check).collect();
    findings.extend(labels::findings());
    findings.extend(empty_apps(&catalog()));
    findings
}

/// The crates that were to bring something, and brought nothing.
fn empty_apps(catalog: &Catalog) -> Vec<Finding> {
    let full = catalog.crates().iter();
    let full = full.filter(|it| it.signals + it.receivers + it.senders > 0);
    let mut seen: HashSet<&str> = full.map(|it| it.name).collect();
    let empty = apps().into_iter();
    let empty = empty.filter(|app| seen.insert(app.crate_name));
    empty
        .map(|app| Finding::EmptyApp {
            app: app.name,
            crate_name: app.crate_name,
            file: app.file,
            line: app.line,
        })
        .collect()
}
