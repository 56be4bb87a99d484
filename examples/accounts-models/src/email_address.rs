//! The address of a user, which may be confirmed.

use sea_orm::entity::prelude::*;

/// The address of a user. The sender of `email_confirmed`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_address")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose it is said to be.
    pub user_id: i64,
    /// The address.
    pub email: String,
    /// Whether its owner has followed a link that was mailed to it.
    pub verified: bool,
}

#[signals_sea_orm::model(label = "accounts.EmailAddress")]
impl ActiveModelBehavior for ActiveModel {}
