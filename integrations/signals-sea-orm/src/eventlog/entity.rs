//! The rows of the event log, as SeaORM has them.

use std::fmt;
use std::time::SystemTime;

use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set};
use signals_builtin::auth::Cleanser;
use signals_builtin::eventlog::Log;
use signals_builtin::eventlog::stored::{StoredError, read_key, read_time, write_key, write_time};

/// A row of the event log; a [`Log`] by `try_into`.
///
/// Its `Debug` shows no value of `extra` whose name [looks like a secret](Cleanser).
#[derive(Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "eventlog_log")]
pub struct Model {
    /// Which row.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who did it. None if nobody was logged in.
    #[sea_orm(column_type = "Text", nullable)]
    pub user_id: Option<Key>,
    /// When it was done.
    pub timestamp: DateTimeUtc,
    /// What was done.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub action: String,
    /// The label of the model of the object that it was done to.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_type: Option<String>,
    /// The object that it was done to.
    #[sea_orm(column_type = "Text", nullable)]
    pub object_id: Option<Key>,
    /// What else there is to say: names and values.
    #[sea_orm(column_type = "JsonBinary")]
    pub extra: Json,
}

/// The log does not know the tables of users and objects.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

// Not one that sends: see the module.
impl ActiveModelBehavior for ActiveModel {}

/// A primary key in a column of text, of any model: as
/// [`write_key`](signals_builtin::eventlog::stored::write_key) writes it.
///
/// ```
/// use signals_sea_orm::eventlog::Key;
///
/// assert_ne!(Key::from(7), Key::from("7"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
#[sea_orm(
    value_type = "String",
    column_type = "Text",
    from_str = "Key::read",
    to_str = "Key::write"
)]
pub struct Key(pub signals_core::PrimaryKey);

impl Key {
    fn read(text: &str) -> Result<Self, StoredError> {
        read_key(text).map(Self)
    }

    fn write(&self) -> String {
        write_key(&self.0)
    }
}

impl<K: Into<signals_core::PrimaryKey>> From<K> for Key {
    fn from(key: K) -> Self {
        Self(key.into())
    }
}

impl TryFrom<Log> for ActiveModel {
    type Error = StoredError;

    fn try_from(log: Log) -> Result<Self, StoredError> {
        Ok(Self {
            id: log.id.map_or(NotSet, Set),
            user_id: Set(log.user.map(Key)),
            timestamp: Set(utc(log.timestamp)?),
            action: Set(log.action),
            content_type: Set(log.content_type),
            object_id: Set(log.object_id.map(Key)),
            extra: Set(log.extra),
        })
    }
}

impl TryFrom<Model> for Log {
    type Error = StoredError;

    fn try_from(row: Model) -> Result<Self, StoredError> {
        let mut log = Self::new(row.action);
        log.id = Some(row.id);
        log.user = row.user_id.map(|user| user.0);
        log.timestamp = read_time(row.timestamp.timestamp_micros())?;
        log.content_type = row.content_type;
        log.object_id = row.object_id.map(|object| object.0);
        log.extra = row.extra;
        Ok(log)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra = Cleanser::default().cleanse_json(&self.extra);
        f.debug_struct("Model")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("timestamp", &self.timestamp)
            .field("action", &self.action)
            .field("content_type", &self.content_type)
            .field("object_id", &self.object_id)
            .field("extra", &format_args!("{extra}"))
            .finish()
    }
}

pub(super) fn utc(time: SystemTime) -> Result<DateTimeUtc, StoredError> {
    DateTimeUtc::from_timestamp_micros(write_time(time)?).ok_or(StoredError::Time(time))
}
