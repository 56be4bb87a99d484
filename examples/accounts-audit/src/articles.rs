//! Writes what happens to articles to the event log, in the transaction in which it happens: what is
//! rolled back leaves no row.
//!
//! | signal | action | extra |
//! |---|---|---|
//! | `post_save` | `ARTICLE_SAVED` | created, title |
//! | `m2m_changed` of its tags | `ARTICLE_TAGGED` | added, removed or cleared |
//! | `post_delete` | `ARTICLE_DELETED` | title |
//!
//! The object is the article. The user is whoever makes the request; outside of requests it is the
//! author. Tags that are changed from the side of the tag are not told of.

use std::collections::BTreeSet;

use accounts_models::{Article, ArticleTag, Tag, User, Visitor, article, tag, user};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use signals_builtin::eventlog::log;
use signals_builtin::models::{M2mAction, m2m_changed, post_delete, post_save};
use signals_core::{AnyModel, BoxError, PrimaryKey, any_model, receiver};
use signals_sea_orm::Handle;

#[receiver(post_save, sender = Article)]
async fn saved(
    instance: &article::Model,
    created: bool,
    #[state] handle: &Handle,
    #[state] visitor: Option<&Visitor>,
) -> Result<(), BoxError> {
    let extra = json!({ "created": created, "title": instance.title });
    let user = who(visitor, instance, handle).await?;
    let entry = log(any_model(user.as_ref()), "ARTICLE_SAVED", extra);
    entry.obj(instance).await?;
    Ok(())
}

#[receiver(post_delete, sender = Article)]
async fn deleted(
    instance: &article::Model,
    #[state] handle: &Handle,
    #[state] visitor: Option<&Visitor>,
) -> Result<(), BoxError> {
    let extra = json!({ "title": instance.title });
    let user = who(visitor, instance, handle).await?;
    let entry = log(any_model(user.as_ref()), "ARTICLE_DELETED", extra);
    entry.obj(instance).await?;
    Ok(())
}

#[receiver(m2m_changed, sender = ArticleTag, when = |action: M2mAction| action.is_post())]
async fn tagged(
    action: M2mAction,
    instance: &dyn AnyModel,
    pk_set: &mut BTreeSet<PrimaryKey>,
    #[state] handle: &Handle,
    #[state] visitor: Option<&Visitor>,
) -> Result<(), BoxError> {
    let Some(article) = instance.downcast_ref::<article::Model>() else {
        return Ok(());
    };
    let extra = match action {
        M2mAction::PostAdd => json!({ "added": names(pk_set, handle).await? }),
        M2mAction::PostRemove => json!({ "removed": names(pk_set, handle).await? }),
        _ => json!({ "cleared": true }),
    };
    let user = who(visitor, article, handle).await?;
    let entry = log(any_model(user.as_ref()), "ARTICLE_TAGGED", extra);
    entry.obj(article).await?;
    Ok(())
}

async fn who(
    visitor: Option<&Visitor>,
    article: &article::Model,
    handle: &Handle,
) -> Result<Option<user::Model>, DbErr> {
    match visitor {
        Some(visitor) => Ok(Some(visitor.0.clone())),
        None => User::find_by_id(article.author_id).one(handle).await,
    }
}

async fn names(tags: &BTreeSet<PrimaryKey>, handle: &Handle) -> Result<Vec<String>, DbErr> {
    let ids = tags.iter().filter_map(PrimaryKey::as_i64);
    let tags = Tag::find().filter(tag::Column::Id.is_in(ids));
    let tags = tags.order_by_asc(tag::Column::Name).all(handle).await?;
    Ok(tags.into_iter().map(|tag| tag.name).collect())
}
