//! An invitation.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

/// An invitation. The sender of `signup_code_sent`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signup_code")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What is to be typed into the sign-up form.
    #[sea_orm(unique)]
    pub code: String,
    /// Who invited.
    pub inviter_id: i64,
    /// Where the invitation went.
    pub email: String,
    /// How often it may be used.
    pub max_uses: i32,
    /// How often it was used.
    pub use_count: i32,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// When the mail was out.
    pub sent_at: Option<Timestamp>,
}

#[signals_sea_orm::model(label = "accounts.SignupCode")]
impl ActiveModelBehavior for ActiveModel {}
