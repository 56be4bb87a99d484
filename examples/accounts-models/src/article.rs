//! Something that a user wrote.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

/// Something that a user wrote.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who wrote it.
    pub author_id: i64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// The user who wrote it.
    #[sea_orm(belongs_to, from = "author_id", to = "id")]
    pub author: HasOne<super::user::Entity>,
    /// What it is about.
    #[sea_orm(has_many, via = "article_tag")]
    pub tags: HasMany<super::tag::Entity>,
}

#[signals_sea_orm::model(label = "accounts.Article")]
impl ActiveModelBehavior for ActiveModel {}
