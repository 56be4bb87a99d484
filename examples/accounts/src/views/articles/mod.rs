//! Articles: everybody reads them, their authors write and delete them.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod write;

use accounts_models::{Article, article, user};
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use signals_sea_orm::{Db, Txn};

use super::Refusal;
use crate::articles::{self, Shown};

/// The address of an article.
fn address(article: &article::Model) -> String {
    format!("/articles/{}", article.id)
}

/// The article of the id in an address, as a page shows it.
async fn find(db: &Db, id: &str) -> Result<Option<Shown>, DbErr> {
    match id.parse() {
        Ok(id) => articles::by_id(db, id).await,
        Err(_) => Ok(None),
    }
}

/// What was found, if the user has written it.
fn if_own<T>(
    found: Option<T>,
    author: impl Fn(&T) -> i64,
    user: &user::Model,
) -> Result<T, Refusal> {
    let found = found.ok_or(Refusal::Missing)?;
    if author(&found) == user.id {
        Ok(found)
    } else {
        Err(Refusal::NotYours)
    }
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
    Ok(if_own(article, |article| article.author_id, user))
}
