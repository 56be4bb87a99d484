//! The event log.

use axum::extract::{Query, State};
use axum::response::Html;
use minijinja::{Value, context};
use serde::Deserialize;

use super::LoggedIn;
use crate::app::App;
use crate::{Error, events};

/// How many events a page shows.
const PAGE: usize = 50;

/// Where a page of the log begins.
#[derive(Deserialize)]
pub(crate) struct From {
    /// Only what is older than the event of this id.
    before: Option<i64>,
}

/// The event log, newest first. For whoever is logged in; a real service would ask for more.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Query(from): Query<From>,
) -> Result<Html<String>, Error> {
    // One more than is shown tells whether there is another page.
    let events = events::newest(&app.db, from.before, PAGE as u64 + 1).await?;
    let shown = &events[..events.len().min(PAGE)];
    let older = shown.last().filter(|_| events.len() > PAGE);
    let rows = shown.iter().map(|event| {
        context! {
            user => event.user.as_deref(),
            action => &event.action,
            extra => event.extra.to_string(),
            timestamp => super::shown(event.timestamp),
        }
    });
    let values = context! {
        events => rows.collect::<Vec<Value>>(),
        older => older.map(|event| event.id),
        newest => from.before.is_none(),
    };
    app.pages.render("events.html", Some(&user), values)
}
