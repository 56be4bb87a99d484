//! Which article has which tag.

use sea_orm::entity::prelude::*;

/// Which article has which tag. The sender of `m2m_changed`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_tag")]
pub struct Model {
    /// The article.
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: i64,
    /// The tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: i64,
    /// The article.
    #[sea_orm(belongs_to, from = "article_id", to = "id")]
    pub article: HasOne<super::article::Entity>,
    /// The tag.
    #[sea_orm(belongs_to, from = "tag_id", to = "id")]
    pub tag: HasOne<super::tag::Entity>,
}

#[signals_sea_orm::model(label = "accounts.ArticleTag")]
impl ActiveModelBehavior for ActiveModel {}
