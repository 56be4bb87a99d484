//! The event log.

use axum::extract::{Query, State};
use axum::response::Html;
use minijinja::{Value, context};
use serde::Deserialize;

use super::{LoggedIn, query};
use crate::app::App;
use crate::events::Wanted;
use crate::{Error, events};

/// How many events a page shows.
const PAGE: usize = 50;

/// Which events are asked for. A field that was left empty asks for nothing in particular.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Only those with this action.
    action: Option<String>,
    /// Only those of the user of this name.
    user: Option<String>,
    /// Only what is older than the event of this id.
    before: Option<i64>,
}

/// The event log, newest first. For whoever is logged in; a real service would ask for more.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Error> {
    let wanted = Wanted {
        action: asked
            .action
            .as_deref()
            .filter(|action| !action.is_empty() && !action.contains('\0')),
        user: asked
            .user
            .as_deref()
            .map(str::trim)
            .filter(|user| !user.is_empty()),
        before: asked.before,
    };
    // One more than is shown tells whether there is another page.
    let events = events::newest(&app.db, &wanted, PAGE as u64 + 1).await?;
    let shown = &events[..events.len().min(PAGE)];
    let older = shown.last().filter(|_| events.len() > PAGE);
    let rows = shown.iter().map(|event| {
        context! {
            user => event.user.as_deref(),
            action => &event.action,
            object => event.object.as_deref(),
            extra => in_short(event.extra.to_string()),
            timestamp => super::shown(event.timestamp),
        }
    });
    let filter = [("action", wanted.action), ("user", wanted.user)];
    let values = context! {
        events => rows.collect::<Vec<Value>>(),
        actions => events::actions(&app.db).await?,
        action => wanted.action,
        name => wanted.user,
        is_first => wanted.before.is_none(),
        filter => query(&filter),
        older => older.map(|last| {
            query(&[filter[0], filter[1], ("before", Some(&last.id.to_string()))])
        }),
    };
    app.pages.render("events.html", Some(&user), values)
}

/// What fits into a row: somebody may have typed a novel.
fn in_short(mut extra: String) -> String {
    const SHOWN: usize = 400;
    if let Some((end, _)) = extra.char_indices().nth(SHOWN) {
        extra.truncate(end);
        extra.push('…');
    }
    extra
}
