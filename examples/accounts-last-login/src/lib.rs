//! Writes down when a user last logged in: `update_last_login` of `django.contrib.auth`.
//!
//! Link the crate, with `installed_apps![accounts_last_login]`, and provide a [`Db`].
//!
//! It hears auth's `user_logged_in`, so that signing up, which logs people in, counts as well. Its
//! `dispatch_uid` is Django's, by which it can be disconnected.

use accounts_models::{User, now, user};
use sea_orm::{ActiveModelTrait, DbErr, Set, Unchanged};
use signals_builtin::auth::user_logged_in;
use signals_core::receiver;
use signals_sea_orm::Db;

/// Writes the one column and no other: what else may have changed in `user` is not its business.
#[receiver(user_logged_in, sender = User, dispatch_uid = "update_last_login")]
async fn update_last_login(user: &user::Model, #[state] db: &Db) -> Result<(), DbErr> {
    let user = user::ActiveModel {
        id: Unchanged(user.id),
        last_login: Set(Some(now())),
        ..Default::default()
    };
    user.update(db).await?;
    Ok(())
}
