//! The catalogue as a table.

use std::fmt::Write;

use super::text::{Columns, Page, Tone, printable, summary};
use super::{Catalog, CatalogReceiver, CatalogSignal, Idle, IdleReceiver};
use crate::receiver::ReceiverInfo;

const INDENT: usize = 3;

/// A signal and a line for each receiver; below each other where the page is too narrow.
pub(crate) fn table(catalog: &Catalog, page: Page) -> String {
    if catalog.signals().is_empty() {
        return "no signals\n".to_owned();
    }
    let titles = ["#", "RECEIVER", "SENDER", "RUNS", "PLACE", "NOTES"].map(str::to_owned);
    let rows = |signal: &CatalogSignal| -> Vec<[String; 6]> {
        let called = (1..).zip(signal.receivers()).map(row);
        let mut rows: Vec<_> = called.chain(signal.idle().iter().map(idle)).collect();
        if !signal.has_sender() {
            // There is nothing to choose by.
            for [_, _, senders, ..] in &mut rows {
                "-".clone_into(senders);
            }
        }
        rows
    };
    let mut columns = Columns::default();
    columns.measure(&titles);
    for row in catalog.signals().iter().flat_map(rows) {
        columns.measure(&row);
    }
    let is_wide = page
        .width
        .is_none_or(|width| INDENT + columns.width() <= width);
    let mut out = String::new();
    if is_wide {
        out = indented(&page.paint(Tone::Faint, &columns.line(&titles)));
    }
    for (number, signal) in catalog.signals().iter().enumerate() {
        if number > 0 || is_wide {
            out.push('\n');
        }
        out += &head(signal, page);
        if signal.receivers().is_empty() && signal.idle().is_empty() {
            out += &indented(&page.paint(Tone::Warning, "no receivers"));
        }
        for row in rows(signal) {
            out += &if is_wide {
                indented(&columns.line(&row))
            } else {
                stacked(&row, page)
            };
        }
    }
    out
}

/// The declaration, where it is, and what it is for.
pub(super) fn head(signal: &CatalogSignal, page: Page) -> String {
    let mut out = page.paragraph("", 0, &signal.declaration(), Some(Tone::Strong));
    let mut notes = Vec::new();
    if signal.name() != signal.path() {
        notes.push(signal.path().to_owned());
    }
    if signal.version() != 1 {
        notes.push(format!("version {}", signal.version()));
    }
    notes.push(format!("{}:{}", signal.file(), signal.line()));
    out += &page.paragraph("", INDENT, &notes.join(", "), Some(Tone::Faint));
    let summary = summary(signal.doc());
    if !summary.is_empty() {
        out += &page.paragraph("", INDENT, &summary, None);
    }
    out
}

fn row((number, receiver): (usize, &CatalogReceiver)) -> [String; 6] {
    let cells = [
        number.to_string(),
        name(receiver),
        senders(receiver.senders()),
        runs(receiver),
        place(receiver),
        notes(receiver).join(", "),
    ];
    cells.map(|cell| printable(&cell))
}

/// A receiver that is not called has no number.
fn idle(receiver: &IdleReceiver) -> [String; 6] {
    let cause = match receiver.cause() {
        Idle::Duplicate { .. } => "duplicate key",
        Idle::Disconnected => "disconnected",
        Idle::OwnerGone => "owner gone",
    };
    let cells = [
        "-".to_owned(),
        name(receiver),
        senders(receiver.senders()),
        runs(receiver),
        place(receiver),
        format!("not called: {cause}"),
    ];
    cells.map(|cell| printable(&cell))
}

/// A row below each other.
fn stacked(row: &[String; 6], page: Page) -> String {
    let [number, name, senders, runs, place, notes] = row;
    let indent = INDENT + number.len() + 2;
    let mut out = page.paragraph(&format!("{:INDENT$}{number}", ""), indent, name, None);
    let details = [senders, runs, place, notes].map(String::as_str);
    let details = details.into_iter().filter(|it| !matches!(*it, "" | "-"));
    let details: Vec<&str> = details.collect();
    out += &page.paragraph("", indent, &details.join(", "), Some(Tone::Faint));
    out
}

fn indented(line: &str) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(out, "{:INDENT$}{line}", "");
    out
}

/// The path, and the `dispatch_uid` if there is one.
pub(super) fn name(receiver: &ReceiverInfo) -> String {
    match receiver.dispatch_uid() {
        Some(uid) => format!("{} {uid:?}", receiver.path()),
        None => receiver.path(),
    }
}

pub(super) fn senders(senders: &[String]) -> String {
    match senders {
        [] => "every sender".to_owned(),
        senders => senders.join(" or "),
    }
}

pub(super) fn runs(receiver: &ReceiverInfo) -> String {
    let kind = if receiver.is_async() { ", async" } else { "" };
    format!("{}{kind}", receiver.guarantee())
}

pub(super) fn place(receiver: &ReceiverInfo) -> String {
    format!("{}:{}", receiver.file(), receiver.line())
}

/// All that is not as it mostly is.
fn notes(receiver: &CatalogReceiver) -> Vec<String> {
    let mut notes = Vec::new();
    if receiver.has_condition() {
        notes.push("when".to_owned());
    }
    if receiver.priority() != 0 {
        notes.push(format!("priority {}", receiver.priority()));
    }
    let names = |word: &str, names: &[&'static str]| -> Vec<String> {
        names.iter().map(|name| format!("{word} {name}")).collect()
    };
    notes.extend(names("before", receiver.before()));
    notes.extend(names("after", receiver.after()));
    notes.extend(names("state", &receiver.states()));
    if receiver.is_connection() {
        notes.push("connected".to_owned());
    }
    notes
}
