//! The event log, as the page and the replay read it.

use std::collections::HashMap;

use accounts_models::{Timestamp, User, user};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use signals_core::PrimaryKey;
use signals_sea_orm::Db;
use signals_sea_orm::eventlog::{Column, Entity as Log, Key, Model};
use time::Duration;

/// Something that happened, as the event log remembers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Grows with time; the key for paging.
    pub id: i64,
    /// The name of the user it happened to; none for attempts, and once the user is deleted.
    pub user: Option<String>,
    /// What happened, in capitals: `USER_LOGGED_IN`.
    pub action: String,
    /// To what it was done: the label of a model and a key, `accounts.Article 7`.
    pub object: Option<String>,
    /// The details, a JSON object.
    pub extra: Value,
    /// When.
    pub timestamp: Timestamp,
}

/// Which events are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Those with this action.
    pub action: Option<&'a str>,
    /// Those of the user of this name, in whatever case it is written.
    pub user: Option<&'a str>,
    /// Those that are older than the event of this id.
    pub before: Option<i64>,
}

/// At most `limit` of the events that are asked for, newest first; nothing for a user whom nobody knows.
///
/// # Errors
///
/// The database's.
pub async fn newest(db: &Db, wanted: &Wanted<'_>, limit: u64) -> Result<Vec<Event>, DbErr> {
    let mut query = Log::find().order_by_desc(Column::Id).limit(limit);
    if let Some(action) = wanted.action {
        query = query.filter(Column::Action.eq(action));
    }
    if let Some(name) = wanted.user {
        let Some(user) = user::by_name(db, name).await? else {
            return Ok(Vec::new());
        };
        query = query.filter(Column::UserId.eq(Key::from(user.id)));
    }
    if let Some(before) = wanted.before {
        query = query.filter(Column::Id.lt(before));
    }
    with_names(db, query.all(db).await?).await
}

/// The actions that occur in the log, from a to z.
///
/// # Errors
///
/// The database's.
pub async fn actions(db: &Db) -> Result<Vec<String>, DbErr> {
    let actions = Log::find().select_only().column(Column::Action).distinct();
    let actions = actions.order_by_asc(Column::Action);
    actions.into_tuple().all(db).await
}

/// At most `limit` events that came after the event of id `after`, oldest first. Ids are positive, so
/// that 0 starts at the beginning.
///
/// # Errors
///
/// The database's.
pub async fn after(db: &Db, after: i64, limit: u64) -> Result<Vec<Event>, DbErr> {
    let query = Log::find().filter(Column::Id.gt(after));
    let rows = query.order_by_asc(Column::Id).limit(limit).all(db).await?;
    with_names(db, rows).await
}

/// The log knows users by their keys.
async fn with_names(db: &Db, rows: Vec<Model>) -> Result<Vec<Event>, DbErr> {
    let ids = rows.iter().filter_map(user_id);
    let users = User::find()
        .filter(user::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let names: HashMap<i64, String> = users
        .into_iter()
        .map(|user| (user.id, user.username))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row| Event {
            id: row.id,
            user: user_id(&row).and_then(|id| names.get(&id).cloned()),
            action: row.action,
            object: row.content_type.map(|label| match row.object_id {
                Some(Key(key)) => format!("{label} {key}"),
                None => label,
            }),
            extra: row.extra,
            timestamp: Timestamp::UNIX_EPOCH
                + Duration::microseconds(row.timestamp.timestamp_micros()),
        })
        .collect())
}

/// Our users have numbers.
fn user_id(row: &Model) -> Option<i64> {
    match row.user_id {
        Some(Key(PrimaryKey::Int(id))) => id.try_into().ok(),
        _ => None,
    }
}
