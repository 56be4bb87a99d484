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

/// What a code is made of: no letter looks like a digit, or like another letter when it is read out.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// How many characters a code has: 50 bits, for a code that works for some days, through a form.
const LENGTH: usize = 10;

/// A new code.
///
/// # Errors
///
/// When the operating system has no random bytes.
pub fn generate() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; LENGTH];
    getrandom::fill(&mut bytes)?;
    // 32 characters: each is as likely as the others.
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect())
}

/// A code in the one form in which it is stored, however it was typed: in capitals, without blanks and
/// hyphens.
pub fn normalize(typed: &str) -> String {
    let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    typed.flat_map(char::to_uppercase).collect()
}
