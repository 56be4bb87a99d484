//! A mail that asks to confirm an address.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

/// A mail that asks to confirm an address. The sender of `email_confirmation_sent`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_confirmation")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Which address.
    pub email_address_id: i64,
    /// The digest of the [`Token`](crate::Token) in the link.
    #[sea_orm(unique)]
    pub token_digest: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the mail was out.
    pub sent_at: Option<Timestamp>,
}

#[signals_sea_orm::model(label = "accounts.EmailConfirmation")]
impl ActiveModelBehavior for ActiveModel {}
