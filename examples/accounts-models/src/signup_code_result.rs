//! The use of an invitation.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

/// The use of an invitation. The sender of `signup_code_used`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signup_code_result")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Which invitation.
    pub signup_code_id: i64,
    /// Who used it.
    pub user_id: i64,
    /// When.
    pub used_at: Timestamp,
}

#[signals_sea_orm::model(label = "accounts.SignupCodeResult")]
impl ActiveModelBehavior for ActiveModel {}
