//! Articles and their tags, the search index, the statistics.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, string, string_uniq, text, timestamp_with_time_zone,
};

use super::m0001_accounts::{belongs_to, index};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let article = Table::create()
            .table("article")
            .col(big_pk_auto("id"))
            .col(big_integer("author_id"))
            .col(string("title"))
            .col(text("body"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut belongs_to("article", "author_id", "user"))
            .take();
        manager.create_table(article).await?;
        manager.create_index(index("article", "author_id")).await?;

        let tag = Table::create()
            .table("tag")
            .col(big_pk_auto("id"))
            .col(string_uniq("name"))
            .take();
        manager.create_table(tag).await?;

        let article_tag = Table::create()
            .table("article_tag")
            .col(big_integer("article_id"))
            .col(big_integer("tag_id"))
            .primary_key(Index::create().col("article_id").col("tag_id"))
            .foreign_key(&mut belongs_to("article_tag", "article_id", "article"))
            .foreign_key(&mut belongs_to("article_tag", "tag_id", "tag"))
            .take();
        manager.create_table(article_tag).await?;
        manager.create_index(index("article_tag", "tag_id")).await?;

        let search_entry = Table::create()
            .table("search_entry")
            .col(big_integer("article_id").primary_key().take())
            .col(text("text"))
            .col(text("tags"))
            .take();
        manager.create_table(search_entry).await?;

        let statistic = Table::create()
            .table("statistic")
            .col(string("day"))
            .col(string("name"))
            .col(big_integer("count"))
            .primary_key(Index::create().col("day").col("name"))
            .take();
        manager.create_table(statistic).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["statistic", "search_entry", "article_tag", "tag", "article"] {
            manager
                .drop_table(Table::drop().table(table).take())
                .await?;
        }
        Ok(())
    }
}
