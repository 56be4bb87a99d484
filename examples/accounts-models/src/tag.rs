//! A word that says what articles are about.

use sea_orm::entity::prelude::*;

/// A word that says what articles are about.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The word, in small letters.
    #[sea_orm(unique)]
    pub name: String,
    /// What it is said of.
    #[sea_orm(has_many, via = "article_tag")]
    pub articles: HasMany<super::article::Entity>,
}

#[signals_sea_orm::model(label = "accounts.Tag")]
impl ActiveModelBehavior for ActiveModel {}
