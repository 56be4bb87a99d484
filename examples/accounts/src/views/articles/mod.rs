//! Articles: everybody reads them, their authors write and delete them.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod write;

use accounts_models::{Article, article, user};
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use signals_sea_orm::Txn;

use super::Refusal;

/// The address of an article.
fn address(article: &article::Model) -> String {
    format!("/articles/{}", article.id)
}

/// The article of this id, if it is the user's own. Nobody else changes it until the end of the
/// transaction.
async fn own(
    txn: &Txn,
    id: &str,
    user: &user::Model,
) -> Result<Result<article::Model, Refusal>, DbErr> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(Err(Refusal::Missing));
    };
    let article = Article::find_by_id(id).lock_exclusive().one(txn).await?;
    Ok(match article {
        None => Err(Refusal::Missing),
        Some(article) if article.author_id != user.id => Err(Refusal::NotYours),
        Some(article) => Ok(article),
    })
}
