//! What happened on each day.

use std::collections::BTreeMap;

use accounts_models::{now, statistic};
use axum::extract::State;
use axum::response::Html;
use minijinja::{Value, context};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use time::{Date, Duration};

use super::LoggedIn;
use crate::Error;
use crate::app::App;

/// How many days the page shows, today among them.
const DAYS: i64 = 14;

/// Whatever was counted on the last days. Who counts, and what, the page does not know.
pub(crate) async fn show(
    State(app): State<App>,
    LoggedIn { user, .. }: LoggedIn,
) -> Result<Html<String>, Error> {
    let today = now().date();
    let days = (0..DAYS).filter_map(|ago| today.checked_sub(Duration::days(ago)));
    let days: Vec<Date> = days.collect();
    let recent = statistic::Column::Day.is_in(days.iter().map(Date::to_string));
    let counts = statistic::Entity::find()
        .filter(recent)
        .all(&app.db)
        .await?;
    let most = counts.iter().map(|count| count.count).max();
    let mut by_name: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for row in counts {
        by_name
            .entry(row.name)
            .or_default()
            .insert(row.day, row.count);
    }
    let counted = by_name.iter().map(|(name, counts)| {
        let rows = days.iter().map(|day| {
            context! {
                day => day.to_string(),
                shown => super::of_day(*day),
                count => counts.get(&day.to_string()).copied().unwrap_or_default(),
            }
        });
        context! {
            name => name,
            total => counts.values().sum::<i64>(),
            days => rows.collect::<Vec<Value>>(),
        }
    });
    let values = context! {
        counted => counted.collect::<Vec<Value>>(),
        number_of_days => DAYS,
        most => most,
    };
    app.pages.render("statistics.html", Some(&user), values)
}
