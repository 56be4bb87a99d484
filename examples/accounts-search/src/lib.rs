//! Keeps what articles are found by: the rows of
//! [`search_entry`](mod@accounts_models::search_entry).
//!
//! Link the crate, with `installed_apps![accounts_search]`; that is all. The entry is written in the
//! transaction of the article, so that both are there or neither is, and a search never waits for an
//! index to catch up.
//!
//! | signal | what it changes |
//! |---|---|
//! | `post_save` of an article | the text |
//! | `m2m_changed` of its tags | the tags |
//! | `post_delete` of an article | the entry goes |
//!
//! An article that was saved before the crate was linked has no entry until it is saved again.

use std::collections::BTreeSet;

use accounts_models::{Article, ArticleTag, Tag, article, article_tag, search_entry, tag};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};
use signals_builtin::models::{M2mAction, m2m_changed, post_delete, post_save};
use signals_core::{AnyModel, PrimaryKey, receiver};
use signals_sea_orm::Handle;

#[receiver(post_save, sender = Article)]
async fn index_text(instance: &article::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    let text = format!("{}\n{}", instance.title, instance.body);
    let entry = search_entry::ActiveModel {
        article_id: Set(instance.id),
        text: Set(search_entry::normalize(&text)),
        tags: Set(String::new()),
    };
    // The tags of an entry that is there are the business of the other receiver.
    let update = OnConflict::column(search_entry::Column::ArticleId)
        .update_column(search_entry::Column::Text)
        .to_owned();
    let insert = search_entry::Entity::insert(entry).on_conflict(update);
    insert.exec_without_returning(handle).await?;
    Ok(())
}

#[receiver(m2m_changed, sender = ArticleTag, when = |action: M2mAction| action.is_post())]
async fn index_tags(
    instance: &dyn AnyModel,
    pk_set: &mut BTreeSet<PrimaryKey>,
    #[state] handle: &Handle,
) -> Result<(), DbErr> {
    let articles: Vec<i64> = match instance.downcast_ref::<tag::Model>() {
        // A tag that was put on articles, or taken from them.
        Some(tag) if pk_set.is_empty() => tagged(&tag.name, handle).await?,
        Some(_) => pk_set.iter().filter_map(PrimaryKey::as_i64).collect(),
        None => instance
            .pk()
            .iter()
            .filter_map(PrimaryKey::as_i64)
            .collect(),
    };
    for article in articles {
        write_tags(article, handle).await?;
    }
    Ok(())
}

#[receiver(post_delete, sender = Article)]
async fn forget(instance: &article::Model, #[state] handle: &Handle) -> Result<(), DbErr> {
    let entry = search_entry::Entity::delete_by_id(instance.id);
    entry.exec(handle).await?;
    Ok(())
}

async fn write_tags(article: i64, handle: &Handle) -> Result<(), DbErr> {
    let links = ArticleTag::find().filter(article_tag::Column::ArticleId.eq(article));
    let links = links.find_also_related(Tag).order_by_asc(tag::Column::Name);
    let names = links.all(handle).await?;
    let names = names.into_iter().filter_map(|(_, tag)| Some(tag?.name));
    let entry = search_entry::ActiveModel {
        tags: Set(names.fold(" ".to_owned(), |all, name| all + &name + " ")),
        ..Default::default()
    };
    let update = search_entry::Entity::update_many()
        .set(entry)
        .filter(search_entry::Column::ArticleId.eq(article));
    update.exec(handle).await?;
    Ok(())
}

/// The articles that have had this tag, which nobody has any more.
async fn tagged(name: &str, handle: &Handle) -> Result<Vec<i64>, DbErr> {
    let entries = search_entry::Entity::find().filter(search_entry::has_tag(name));
    let entries = entries.all(handle).await?;
    Ok(entries.into_iter().map(|entry| entry.article_id).collect())
}
