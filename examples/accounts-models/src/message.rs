//! What a user is told on the next page.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, NotSet, Set};

/// What a user is told on the next page, once. Sends no signals.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// To whom.
    pub user_id: i64,
    /// What.
    pub text: String,
}

/// None: nobody reads a message but its user.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Leaves a message that the user sees on the next page.
///
/// # Errors
///
/// The database's.
pub async fn leave<C: ConnectionTrait>(db: &C, user: i64, text: &str) -> Result<(), DbErr> {
    let message = ActiveModel {
        id: NotSet,
        user_id: Set(user),
        text: Set(text.to_owned()),
    };
    Entity::insert(message).exec(db).await?;
    Ok(())
}

/// Takes the messages that wait for the user, oldest first. Each is given out once.
///
/// # Errors
///
/// The database's.
pub async fn take<C: ConnectionTrait>(db: &C, user: i64) -> Result<Vec<String>, DbErr> {
    let waiting = Entity::delete_many().filter(Column::UserId.eq(user));
    let mut messages = waiting.exec_with_returning(db).await?;
    // `RETURNING` promises no order.
    messages.sort_unstable_by_key(|message| message.id);
    Ok(messages.into_iter().map(|message| message.text).collect())
}
