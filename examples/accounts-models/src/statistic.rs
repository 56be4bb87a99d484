//! How often something happened on a day.

use sea_orm::entity::prelude::*;

/// How often something happened on a day. Sends no signals.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statistic")]
pub struct Model {
    /// The day in UTC, `2026-11-21`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    /// What happened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// How often.
    pub count: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
