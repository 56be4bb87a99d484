//! Who may log in, for axum-login. Its signals are sent by
//! [`signals_axum_login`].

use accounts_models::{User, Visitor, user};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use axum_login::{AuthnBackend, UserId};
use sea_orm::EntityTrait;
use signals_axum_login::{Credentials, DescribeCredentials};
use signals_core::Scope;
use signals_sea_orm::Db;

use crate::passwords::Passwords;
use crate::{Error, Secret};

/// The session of a request. Logging in and out, and failing to, sends the signals of
/// [`auth`](signals_builtin::auth).
pub type AuthSession = signals_axum_login::AuthSession<Backend>;

/// What somebody shows to be let in.
#[derive(Clone, Debug)]
pub struct Login {
    /// Who it is.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// Who may log in: active users, with their passwords.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The database.
    pub db: Db,
    /// The password hasher.
    pub passwords: Passwords,
}

impl AuthnBackend for Backend {
    type User = user::Model;
    type Credentials = Login;
    type Error = Error;

    async fn authenticate(&self, login: Login) -> Result<Option<user::Model>, Error> {
        let Some(user) = user::by_name(&self.db, &login.username).await? else {
            // An unknown name takes as long as a wrong password, so that the clock does not tell which.
            self.passwords.hash(&login.password).await?;
            return Ok(None);
        };
        let is_right = self
            .passwords
            .verify(&login.password, &user.password)
            .await?;
        Ok(Some(user).filter(|user| is_right && user.is_active))
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<user::Model>, Error> {
        let user = User::find_by_id(*id).one(&self.db).await?;
        Ok(user.filter(|user| user.is_active))
    }
}

/// For `user_login_failed`, which gets it without the password.
impl DescribeCredentials for Backend {
    fn describe(&self, login: &Login) -> Credentials {
        let Login { username, password } = login;
        Credentials::new([
            ("username", username.as_str()),
            ("password", password.expose()),
        ])
    }
}

/// Logs a user in, and lets them in also if a receiver of `user_logged_in` fails: that is logged. (An
/// answer with a server error would keep them out.)
///
/// # Errors
///
/// When the session cannot be stored.
pub async fn log_in(session: &mut AuthSession, user: &user::Model) -> Result<(), Error> {
    match session.login(user).await {
        Err(signals_axum_login::Error::Signal(failed)) => {
            log::error!("{}", crate::error::chain(&failed));
            Ok(())
        }
        done => Ok(done?),
    }
}

/// Tells receivers who makes the request: [`Visitor`], in its scope, if somebody is logged in as it
/// begins.
pub async fn visitor(
    session: axum_login::AuthSession<Backend>,
    request: Request,
    next: Next,
) -> Response {
    match session.user {
        Some(user) => {
            let scope = Scope::current().with_state(Visitor(user));
            scope.run_async(next.run(request)).await
        }
        None => next.run(request).await,
    }
}
