//! The tables of the accounts example, in a SQLite file or in PostgreSQL.
//!
//! The views write them and the receivers hear of it; neither knows the other, both know this crate.
//! Each table is a SeaORM entity in a module of its own, and those with
//! [`#[signals_sea_orm::model]`](macro@signals_sea_orm::model) send model signals.
//!
//! ```
//! use accounts_models::{user, PasswordHash};
//! use sea_orm::ActiveModelTrait;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let db = accounts_models::open(&accounts_models::file(&folder.path().join("accounts.sqlite"))).await?;
//!
//! let hash = PasswordHash::new("$argon2id$…");
//! let ada = user::ActiveModel::new("Ada", "ada@example.org", hash, true).insert(&db).await?;
//!
//! assert_eq!(user::by_name(&db, "ada").await?.as_ref(), Some(&ada));
//! # Ok(())
//! # }
//! ```

pub mod article;
pub mod article_tag;
mod database;
pub mod email_address;
pub mod email_confirmation;
pub mod message;
pub mod migrations;
mod password;
pub mod search_entry;
pub mod session;
pub mod signup_code;
pub mod signup_code_result;
pub mod statistic;
pub mod tag;
mod token;
pub mod user;
mod visitor;

pub use database::{begin, file, is_taken, open};
pub use password::PasswordHash;
pub use token::Token;
pub use visitor::Visitor;

/// The sender of the signals of users, by the name that applications call it.
pub use user::Entity as User;

pub use article::Entity as Article;
pub use article_tag::Entity as ArticleTag;
pub use email_address::Entity as EmailAddress;
pub use email_confirmation::Entity as EmailConfirmation;
pub use signup_code::Entity as SignupCode;
pub use signup_code_result::Entity as SignupCodeResult;
pub use tag::Entity as Tag;

/// A moment, in UTC.
pub type Timestamp = time::OffsetDateTime;

/// This moment, as exactly as every database stores it.
pub fn now() -> Timestamp {
    let now = Timestamp::now_utc();
    // PostgreSQL has microseconds.
    let exact = now.nanosecond() / 1000 * 1000;
    now.replace_nanosecond(exact).unwrap_or(now)
}
