//! A word that says what articles are about.

use sea_orm::entity::prelude::*;
use sea_orm::{NotSet, Set, TransactionTrait};
use signals_sea_orm::Txn;
use unicode_normalization::UnicodeNormalization;

use crate::is_taken;

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

/// A tag in the one form in which it is stored, however it was typed: in small letters, NFKC, with
/// single blanks.
pub fn normalize(typed: &str) -> String {
    let tag = typed.nfkc().collect::<String>().to_lowercase();
    let words = tag.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The tag of that name, which is made if it is not there: Django's `get_or_create`.
///
/// # Errors
///
/// The database's, or that of a receiver.
pub async fn get_or_create(txn: &Txn, name: &str) -> Result<Model, DbErr> {
    if let Some(tag) = by_name(txn, name).await? {
        return Ok(tag);
    }
    // In a savepoint, for after an error PostgreSQL takes nothing more from a transaction.
    let savepoint = txn.begin().await?;
    let tag = ActiveModel {
        id: NotSet,
        name: Set(name.to_owned()),
    };
    match tag.insert(&savepoint).await {
        Ok(tag) => {
            savepoint.commit().await?;
            Ok(tag)
        }
        Err(error) => {
            savepoint.rollback().await?;
            let theirs = if is_taken(&error) {
                by_name(txn, name).await?
            } else {
                None
            };
            theirs.ok_or(error)
        }
    }
}

async fn by_name(txn: &Txn, name: &str) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::Name.eq(name)).one(txn).await
}
