//! Where the accounts example keeps its things: users, sessions, messages to users, and the event
//! log, in one `SQLite` file.
//!
//! The views and the receivers share this crate and know nothing of each other. All SQL is in
//! [`store`], so that an object-relational mapper can take its place without anybody noticing.
//!
//! ```
//! use accounts_store::{PasswordHash, Store, json};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("accounts.sqlite");
//! let store = Store::open(&path).await?;
//! let hash = PasswordHash::new("$argon2id$…");
//! let ada = store.create_user("ada", "ada@example.org", &hash).await?;
//!
//! store.log(Some(&ada), "USER_SIGNED_UP", &json!({})).await?;
//!
//! let events = store.newest_events(None, 10).await?;
//! assert_eq!(events[0].action, "USER_SIGNED_UP");
//! assert_eq!(events[0].user.as_deref(), Some("ada"));
//! # store.close().await;
//! # Ok(())
//! # }
//! ```

mod error;
mod event;
mod password;
mod session;
pub mod store;
mod user;

pub use error::StoreError;
pub use event::Event;
pub use jiff::Timestamp;
pub use password::PasswordHash;
/// The extra of an event is JSON.
pub use serde_json::json;
pub use session::SessionToken;
pub use store::Store;
pub use user::User;
