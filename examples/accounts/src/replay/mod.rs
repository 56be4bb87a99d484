//! Replays a file of actions, one JSON object a line, and prints the event log.
//!
//! Each action goes through the same router as a browser's would: the same forms, views, sessions
//! and signals. Who does it is decided by `browsers`.

mod action;
mod browsers;

use std::io::{self, BufRead, Write};

use sea_orm::DbErr;
use serde::Serialize;
use signals_sea_orm::Db;
use time::format_description::well_known::Rfc3339;

use crate::events::{self, Event};
use crate::{App, Error};

pub use action::{Action, NoAction};
pub use browsers::Browsers;

/// How many events are read at once: a log may be larger than memory.
const PAGE: u64 = 500;

/// Feeds the actions to the service, in their order; blank lines are passed over. A refused one, a wrong
/// password for one, is no error: it happened, and the event log says so.
///
/// # Errors
///
/// At the first line that is no action, or wants a mail where none can be read. What came before it has
/// been done, and stays.
pub async fn replay(app: App, mut actions: impl BufRead) -> Result<(), ReplayError> {
    let mut browsers = Browsers::new(app);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let length = actions.read_until(b'\n', &mut line);
        if length.map_err(ReplayError::Read)? == 0 {
            break;
        }
        let mut text = line.strip_suffix(b"\n").unwrap_or(&line);
        if number == 1 {
            // What some editors put at the beginning of a file.
            text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let action = Action::parse(text).map_err(|source| ReplayError::Line { number, source })?;
        let answer = browsers.act(&action).await;
        let answer = answer.map_err(|source| match source {
            Error::Database(source) => ReplayError::Database(source),
            source => ReplayError::Mails { number, source },
        })?;
        if answer.is_server_error() {
            return Err(ReplayError::Failed { number });
        }
    }
    Ok(())
}

/// Prints the whole event log as JSON lines, oldest first.
///
/// # Errors
///
/// When the database fails, or nobody reads what is printed.
pub async fn print_events(db: &Db, mut out: impl Write) -> Result<(), ReplayError> {
    let mut after = 0;
    loop {
        let events = events::after(db, after, PAGE).await?;
        let Some(last) = events.last() else {
            break;
        };
        after = last.id;
        for event in &events {
            print(&mut out, event).map_err(ReplayError::Print)?;
        }
    }
    out.flush().map_err(ReplayError::Print)
}

fn print(mut out: impl Write, event: &Event) -> io::Result<()> {
    serde_json::to_writer(&mut out, &Line::of(event))?;
    out.write_all(b"\n")
}

/// An event as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    user: Option<&'a str>,
    action: &'a str,
    extra: &'a serde_json::Value,
    timestamp: String,
}

impl<'a> Line<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            user: event.user.as_deref(),
            action: &event.action,
            extra: &event.extra,
            timestamp: event.timestamp.format(&Rfc3339).unwrap_or_default(),
        }
    }
}

/// Why a replay stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// A line is no action.
    #[error("line {number}")]
    Line {
        /// Which, counted from one.
        number: u64,
        /// Why.
        source: NoAction,
    },

    /// A mail was to be opened, and there are none to open.
    #[error("line {number}: cannot open the mail; is there --mails FOLDER?")]
    Mails {
        /// At which line, counted from one.
        number: u64,
        /// Why.
        source: Error,
    },

    /// The service failed, which is logged.
    #[error("line {number}: the service failed")]
    Failed {
        /// At which line, counted from one.
        number: u64,
    },

    /// The event log could not be read.
    #[error(transparent)]
    Database(#[from] DbErr),

    /// The file could not be read.
    #[error("cannot read the file of actions")]
    Read(#[source] io::Error),

    /// Nobody takes what is printed.
    #[error("cannot print the event log")]
    Print(#[source] io::Error),
}
