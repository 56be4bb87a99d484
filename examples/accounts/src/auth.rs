//! `authenticate`, `login` and `logout`: what `django.contrib.auth` does, and the signals that it
//! sends.

use accounts_store::{PasswordHash, User};
use axum::http::request::Parts;
use signals_builtin::auth::{
    Credentials, UserLoggedIn, UserLoggedOut, UserLoginFailed, user_logged_in, user_logged_out,
    user_login_failed,
};
use signals_core::{Sender, any_model};

use crate::app::App;
use crate::visitor::{self, SetSession, Visitor};
use crate::{Error, Secret};

/// Who sends `user_login_failed`: there is no user who could, so this module does, under its name.
pub const SENDER: Sender = Sender::named("accounts.auth");

/// A user who has shown the password, with the hash that it was found to match.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The user.
    pub user: User,
    /// The hash. A session that is opened with it is good for as long as it is the user's.
    pub password: PasswordHash,
}

/// The user who has this name and this password, if there is one. If not, `user_login_failed` has
/// been sent by the time this returns.
///
/// # Errors
///
/// When the store or the hasher fails, which says nothing about the credentials: no signal is sent.
/// When a receiver of `user_login_failed` fails, as in Django.
pub async fn authenticate(
    app: &App,
    request: Option<&Parts>,
    username: &str,
    password: &Secret,
) -> Result<Option<Verified>, Error> {
    if let Some((user, hash)) = app.store.user_with_password(username).await? {
        if app.passwords.verify(password, &hash).await? {
            let password = hash;
            return Ok(Some(Verified { user, password }));
        }
    } else {
        // An unknown name takes as long as a wrong password, so that the clock does not tell which.
        app.passwords.hash(password).await?;
    }
    let credentials = Credentials::new([("username", username), ("password", password.expose())]);
    user_login_failed
        .send_async(UserLoginFailed {
            sender: SENDER,
            credentials: &credentials,
            request,
        })
        .await?;
    Ok(None)
}

/// Logs a user in: a new session in place of the one that the browser had, whoever's it was. Then
/// the request is the user's, and last of all `user_logged_in` is sent.
///
/// The answer has to carry what this returns to the browser.
///
/// # Errors
///
/// When the store fails; then everything is as before. A receiver that fails keeps nobody out.
pub async fn log_in(
    app: &App,
    request: &mut Parts,
    verified: Verified,
) -> Result<SetSession, Error> {
    let Verified { user, password } = verified;
    let old = Visitor::of(request).token.as_ref();
    let token = app.store.start_session(&user, &password, old).await?;
    let session = visitor::give(&token);
    request.extensions.insert(Visitor {
        user: Some(user.clone()),
        token: Some(token),
    });
    user_logged_in
        .send_robust_async(UserLoggedIn {
            request,
            user: &user,
        })
        .await;
    Ok(session)
}

/// Logs out whoever is logged in, if anybody is. First of all `user_logged_out` is sent; then the
/// session goes, whatever the receivers say.
///
/// The answer has to carry the first of the two to the browser, so that it forgets the session even
/// if the second is an error of the store.
pub async fn log_out(app: &App, request: &mut Parts) -> (SetSession, Result<(), Error>) {
    let Visitor { user, token } = Visitor::of(request).clone();
    user_logged_out
        .send_robust_async(UserLoggedOut {
            request,
            user: any_model(user.as_ref()),
        })
        .await;
    let ended = match &token {
        Some(token) => app.store.end_session(token).await,
        None => Ok(()),
    };
    request.extensions.insert(Visitor::default());
    (visitor::take(), ended.map_err(Error::from))
}
