//! What each command shows.

use super::Terminal;
use super::args::{Command, Filter, Format, HELP};
use super::live;
use crate::catalog::text::{Page, Tone};
use crate::catalog::{
    Catalog, CatalogCrate, UnknownSignal, apps, candidates, did_you_mean, names, table,
};
use crate::check::Finding;

/// What is to be written.
#[derive(Default)]
pub(super) struct Output {
    pub(super) out: String,
    pub(super) err: String,
}

/// The exit code. The error is what to tell the user about the command line.
pub(super) fn run(
    command: &Command,
    terminal: &Terminal<'_>,
    output: &mut Output,
) -> Result<u8, String> {
    let (page, notes) = (terminal.out_look.page(), terminal.err_look.page());
    match command {
        Command::Help => HELP.clone_into(&mut output.out),
        Command::List { filter, is_json } => {
            let catalog = filtered(filter, notes, output)?;
            output.out = if *is_json {
                catalog.to_json()
            } else if catalog.signals().is_empty() {
                page.paragraph("", 0, &nothing_found(filter), None)
            } else {
                table::table(&catalog, page)
            };
        }
        Command::Graph { filter, format } => {
            let catalog = filtered(filter, notes, output)?;
            output.out = match format {
                Format::Mermaid => catalog.to_mermaid(),
                Format::Dot => catalog.to_dot(),
            };
        }
        Command::Explain {
            signal,
            sender,
            live,
        } => {
            let catalog = crate::catalog();
            let explained = catalog.explain(signal, sender.as_deref());
            let explained = explained.map_err(|unknown| no_such_signal(&unknown))?;
            let report = live.as_deref().map(live::fetch).transpose()?;
            note_unknown_sender(&catalog, sender.as_deref(), notes, output);
            let explained = explained.iter().map(|it| {
                let sends = report.as_deref().map(|report| live::show(it, report, page));
                let sends = sends.map(|sends| format!("\n{sends}"));
                it.show(page) + &sends.unwrap_or_default()
            });
            output.out = explained.collect::<Vec<_>>().join("\n");
        }
        Command::Check => return Ok(check(page, notes, output)),
    }
    Ok(0)
}

fn filtered(filter: &Filter, notes: Page, output: &mut Output) -> Result<Catalog, String> {
    let mut catalog = crate::catalog();
    if catalog.signals().is_empty() {
        output.err += &notes.paragraph("", 0, NO_SIGNALS, None);
    }
    note_unknown_sender(&catalog, filter.sender.as_deref(), notes, output);
    if let Some(name) = &filter.signal {
        let found = catalog.with_signal(name);
        catalog = found.map_err(|unknown| no_such_signal(&unknown))?;
    }
    if let Some(label) = &filter.sender {
        catalog = catalog.with_sender(label);
    }
    Ok(catalog)
}

fn nothing_found(filter: &Filter) -> String {
    match &filter.sender {
        Some(sender) => format!("no receiver is called when `{sender}` sends"),
        None => "no signals".to_owned(),
    }
}

const NO_SIGNALS: &str = "note: no crate with signals is linked; name it in `installed_apps!`";

fn no_such_signal(unknown: &UnknownSignal) -> String {
    if unknown.closest.is_empty() {
        format!("{unknown}; `signals list` shows all")
    } else {
        unknown.to_string()
    }
}

/// A sender may have a name that is only said at the send, so an unknown one is no error.
fn note_unknown_sender(catalog: &Catalog, label: Option<&str>, notes: Page, output: &mut Output) {
    let known = catalog.senders();
    let unknown = label.filter(|label| !known.iter().any(|known| known == label));
    if let Some(label) = unknown {
        let closest = names::closest(label, known.iter().map(String::as_str));
        let text = format!(
            "note: no receiver listens to `{label}`, and no model has this label{}",
            did_you_mean(&closest)
        );
        output.err += &notes.paragraph("", 0, &text, None);
    }
}

/// Findings to the output, and notes, which are nothing wrong.
fn check(page: Page, notes: Page, output: &mut Output) -> u8 {
    let (missing, findings): (Vec<Finding>, Vec<Finding>) = crate::check()
        .into_iter()
        .partition(|finding| matches!(finding, Finding::MissingState { .. }));
    for finding in &findings {
        output.out += &page.paragraph("", 0, &finding.to_string(), Some(Tone::Warning));
    }
    let catalog = crate::catalog();
    let receivers = catalog.signals().iter();
    let receivers: usize = receivers.map(|signal| signal.receivers().len()).sum();
    let seen = [
        count(catalog.signals().len(), "signal"),
        count(receivers, "receiver"),
        count(catalog.crates().len(), "crate"),
    ]
    .join(", ");
    let verdict = match findings.len() {
        0 => "nothing is wrong".to_owned(),
        findings => count(findings, "finding"),
    };
    let verdict = format!("{verdict}: {seen}");
    output.out += &page.paragraph("", 0, &verdict, Some(Tone::Strong));
    for krate in catalog.crates() {
        output.out += &page.paragraph("", 3, &brought(krate), None);
    }
    for note in check_notes(&catalog, &missing) {
        output.err += &notes.paragraph("", 0, &note, None);
    }
    u8::from(!findings.is_empty())
}

/// What a crate has.
fn brought(krate: &CatalogCrate) -> String {
    let things = [
        (krate.signals, "signal"),
        (krate.receivers, "receiver"),
        (krate.senders, "sender"),
    ];
    let things = things.into_iter().filter(|(number, _)| *number > 0);
    let mut things: Vec<String> = things.map(|(number, of)| count(number, of)).collect();
    if things.is_empty() {
        things.push("nothing".to_owned());
    }
    if krate.is_installed {
        things.push("installed".to_owned());
    }
    format!("{}: {}", krate.name, things.join(", "))
}

fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

/// What cannot be known here.
fn check_notes(catalog: &Catalog, missing: &[Finding]) -> Vec<String> {
    let mut notes = Vec::new();
    let states = missing.iter().filter_map(|finding| match finding {
        Finding::MissingState { state, .. } => Some(*state),
        _ => None,
    });
    let states: std::collections::BTreeSet<&str> = states.collect();
    for state in states {
        notes.push(format!(
            "note: receivers take the state `{state}`, which is not provided yet; the application \
             is not started, so `check()` has to see to it at start-up"
        ));
    }
    let is_seen = |name: &str| catalog.crates().iter().any(|it| it.name == name);
    for name in candidates().into_iter().filter(|name| !is_seen(name)) {
        notes.push(format!(
            "note: the crate `{name}` is in Cargo.toml and uses signals, but nothing of it is here; \
             if it has receivers, name it in `installed_apps!`"
        ));
    }
    if apps().is_empty() {
        notes.push(
            "note: a crate that is in Cargo.toml and nowhere named in the code is not linked; \
             name those with receivers in `installed_apps!`"
                .to_owned(),
        );
    }
    notes
}
