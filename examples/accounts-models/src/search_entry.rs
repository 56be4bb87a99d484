//! What a search finds articles by.

use sea_orm::entity::prelude::*;

/// What a search finds an article by. Sends no signals.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_entry")]
pub struct Model {
    /// The article.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: i64,
    /// Its title and its text, in small letters.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Its tags, each between blanks.
    #[sea_orm(column_type = "Text")]
    pub tags: String,
}

/// None: the index lives beside what it is about.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
