//! Somebody with an account.

use axum_login::AuthUser;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, NotSet, Set};
use unicode_normalization::UnicodeNormalization;

use crate::{PasswordHash, Timestamp, now};

/// Somebody with an account. The sender of the auth and account signals.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    /// Given by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As its owner writes it. Compared without regard to case.
    pub username: String,
    /// What usernames are compared by.
    #[sea_orm(unique)]
    pub username_key: String,
    /// Where mail goes.
    pub email: String,
    /// The hash.
    pub password: PasswordHash,
    /// Since when it is this one.
    pub password_changed_at: Timestamp,
    /// Whether its owner may log in. An account that has to be activated is not, until then.
    pub is_active: bool,
    /// When the account was made.
    pub date_joined: Timestamp,
    /// When `user_registered` was sent, if it was.
    pub registered_at: Option<Timestamp>,
    /// When its owner last logged in, as far as anybody has written that down.
    pub last_login: Option<Timestamp>,
}

#[signals_sea_orm::model(label = "accounts.User")]
impl ActiveModelBehavior for ActiveModel {}

impl ActiveModel {
    /// A new user, to be inserted.
    pub fn new(username: &str, email: &str, password: PasswordHash, is_active: bool) -> Self {
        let now = now();
        Self {
            id: NotSet,
            username: Set(normalize_username(username)),
            username_key: Set(username_key(username)),
            email: Set(email.to_owned()),
            password: Set(password),
            password_changed_at: Set(now),
            is_active: Set(is_active),
            date_joined: Set(now),
            registered_at: Set(None),
            last_login: Set(None),
        }
    }
}

/// The user of that name, in whatever case it is written.
///
/// # Errors
///
/// The database's.
pub async fn by_name<C: ConnectionTrait>(db: &C, username: &str) -> Result<Option<Model>, DbErr> {
    // No name has one, and for PostgreSQL it is an error to ask.
    if username.contains('\0') {
        return Ok(None);
    }
    Entity::find()
        .filter(Column::UsernameKey.eq(username_key(username)))
        .one(db)
        .await
}

/// Whether it is for the caller to send `user_registered`: it is for one, and once. Writes that down, in
/// `user` as well, and sends no model signals.
///
/// # Errors
///
/// The database's.
pub async fn claim_registration<C: ConnectionTrait>(
    db: &C,
    user: &mut Model,
) -> Result<bool, DbErr> {
    let now = now();
    let claimed = Entity::update_many()
        .col_expr(Column::RegisteredAt, Expr::value(now))
        .filter(Column::Id.eq(user.id))
        .filter(Column::RegisteredAt.is_null())
        .exec(db)
        .await?;
    let is_ours = claimed.rows_affected == 1;
    if is_ours {
        user.registered_at = Some(now);
    }
    Ok(is_ours)
}

/// A username in the one form in which it is stored, however its letters were typed: NFKC, as Django's
/// method of the same name.
pub fn normalize_username(username: &str) -> String {
    username.nfkc().collect()
}

/// What two usernames are compared by: `Ada` and `ada` are one.
fn username_key(username: &str) -> String {
    normalize_username(username).to_lowercase()
}

impl AuthUser for Model {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    /// Sessions that began under another password are over.
    fn session_auth_hash(&self) -> &[u8] {
        self.password.digest()
    }
}
