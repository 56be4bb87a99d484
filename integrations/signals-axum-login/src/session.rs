//! The session that sends.

use std::fmt;
use std::ops::{Deref, DerefMut};

use axum_login::axum::extract::FromRequestParts;
use axum_login::axum::http::request::Parts;
use axum_login::{AuthUser, AuthnBackend};
use signals_builtin::auth::{UserLoggedIn, UserLoggedOut, user_logged_in, user_logged_out};
use signals_builtin::request::hide_credentials;
use signals_core::{ModelView, any_model};

use crate::credentials::{DescribeCredentials, failed};
use crate::error::Error;

/// axum-login's session, whose `authenticate`, `login` and `logout` send signals. An extractor, in
/// place of axum-login's own.
///
/// Dereferences to that one, for its `user`, `backend` and `session`. Needs the same
/// [`AuthManagerLayer`](axum_login::AuthManagerLayer).
///
/// The signals carry the request that this was extracted from, as it was then. Its extensions hold
/// axum-login's `AuthSession`, with the user who is logged in by the time of the signal. Its
/// `Authorization`, `Proxy-Authorization` and `Cookie` can be read, and `Debug` does not show them.
///
/// ```
/// # use axum_login::{AuthUser, AuthnBackend, UserId, axum};
/// # use signals_core::Model;
/// # use signals_axum_login::{Credentials, DescribeCredentials};
/// # #[derive(Clone, Debug, Model)]
/// # struct User { id: i64 }
/// # impl AuthUser for User {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { self.id }
/// #     fn session_auth_hash(&self) -> &[u8] { &[] }
/// # }
/// # #[derive(Clone)]
/// # struct Backend;
/// # impl AuthnBackend for Backend {
/// #     type User = User;
/// #     type Credentials = String;
/// #     type Error = std::convert::Infallible;
/// #     async fn authenticate(&self, _: String) -> Result<Option<User>, Self::Error> { Ok(None) }
/// #     async fn get_user(&self, _: &UserId<Self>) -> Result<Option<User>, Self::Error> { Ok(None) }
/// # }
/// # impl DescribeCredentials for Backend {
/// #     fn describe(&self, token: &String) -> Credentials { Credentials::new([("token", token)]) }
/// # }
/// use axum::http::StatusCode;
///
/// type AuthSession = signals_axum_login::AuthSession<Backend>;
///
/// async fn log_in(mut session: AuthSession, token: String) -> StatusCode {
///     match session.authenticate(token).await {
///         Ok(Some(user)) => match session.login(&user).await {
///             Ok(()) => StatusCode::NO_CONTENT,
///             Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
///         },
///         Ok(None) => StatusCode::UNAUTHORIZED,
///         Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
///     }
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(log_in));
/// ```
#[derive(Clone)]
pub struct AuthSession<B: AuthnBackend> {
    session: axum_login::AuthSession<B>,
    request: Parts,
}

impl<B: DescribeCredentials + 'static> AuthSession<B> {
    /// The user who has these credentials, if there is one. If not,
    /// [`user_login_failed`](signals_builtin::auth::user_login_failed) has been sent by the time
    /// this returns. Its sender is the type of the backend.
    ///
    /// Django's [`authenticate`](https://docs.djangoproject.com/en/stable/topics/auth/default/#django.contrib.auth.authenticate).
    ///
    /// # Errors
    ///
    /// When the backend fails, which says nothing about the credentials: nothing is sent. When a
    /// [receiver fails](signals_builtin::auth#if-a-receiver-fails); nobody has the credentials then.
    pub async fn authenticate(
        &self,
        credentials: B::Credentials,
    ) -> Result<Option<B::User>, Error<B>> {
        let described = self.session.backend.describe(&credentials);
        let user = self.session.authenticate(credentials).await?;
        if user.is_none() {
            failed::<B>(&described, Some(&self.request)).await?;
        }
        Ok(user)
    }
}

impl<B> AuthSession<B>
where
    B: AuthnBackend<User: ModelView> + 'static,
{
    /// Logs the user in. Last of all, when the session is stored and the request is the user's,
    /// [`user_logged_in`](signals_builtin::auth::user_logged_in) is sent.
    ///
    /// The session gets a new id, so that one that somebody has planted is of no use. It keeps what is in
    /// it if it was this user's or nobody's. If it was somebody else's, also of a user whom the backend
    /// does not know any more, nothing of it is left. axum-login alone would go on with it.
    ///
    /// Where nobody listens, the session is stored at the end of the request and not before, as
    /// axum-login does it.
    ///
    /// Django's [`login`](https://docs.djangoproject.com/en/stable/topics/auth/default/#django.contrib.auth.login).
    ///
    /// # Errors
    ///
    /// When the store fails; nothing is sent then. When a receiver fails, which [is no
    /// veto](signals_builtin::auth#if-a-receiver-fails). An application that answers this with a server
    /// error keeps the user out, because tower-sessions gives no cookie to the browser with such an
    /// answer.
    pub async fn login(&mut self, user: &B::User) -> Result<(), Error<B>> {
        self.begin(user).await?;
        if user_logged_in.is_idle() {
            // axum-login stores the session at the end of the request.
            return Ok(());
        }
        // By then it is too late for a receiver that writes down the id of the session, or if it cannot
        // be stored.
        let stored = self.session.session.save().await;
        stored.map_err(axum_login::Error::Session)?;
        self.update_request();
        let sent = user_logged_in.send_async(UserLoggedIn {
            request: &self.request,
            user,
        });
        sent.await?;
        Ok(())
    }

    /// axum-login's `login`, in a session that is the user's alone.
    async fn begin(&mut self, user: &B::User) -> Result<(), axum_login::Error<B>> {
        let auth = &mut self.session;
        let before = auth.session.id();
        // Ids can be written, but not compared.
        let owner = auth.user.as_ref().map(|owner| owner.id().to_string());
        match owner {
            Some(owner) if owner == user.id().to_string() => {}
            Some(_) => auth.session.clear().await,
            None => {
                auth.login(user).await?;
                // A visitor's session has a new id now. One that was somebody's has its old one.
                if before.is_none() || auth.session.id() != before {
                    return Ok(());
                }
                auth.session.clear().await;
            }
        }
        auth.session.cycle_id().await?;
        auth.login(user).await
    }

    /// Logs out whoever is logged in, if anybody is, and returns the user. First of all, while the
    /// session is there, [`user_logged_out`](signals_builtin::auth::user_logged_out) is sent.
    ///
    /// No receiver [can prevent it](signals_builtin::auth#if-a-receiver-fails).
    ///
    /// The session is gone. What is put into it from here on is in a new one, with a new id.
    ///
    /// Django's [`logout`](https://docs.djangoproject.com/en/stable/topics/auth/default/#django.contrib.auth.logout).
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn logout(&mut self) -> Result<Option<B::User>, Error<B>> {
        let sent = user_logged_out.send_robust_async(UserLoggedOut {
            request: &self.request,
            user: any_model(self.session.user.as_ref()),
        });
        sent.await;
        let ended = self.end().await;
        self.update_request();
        Ok(ended?)
    }

    /// axum-login's `logout`, after which tower-sessions would go on with the old id.
    async fn end(&mut self) -> Result<Option<B::User>, axum_login::Error<B>> {
        let had_session = self.session.session.id().is_some();
        let user = self.session.logout().await?;
        if had_session {
            self.session.session.cycle_id().await?;
        }
        Ok(user)
    }

    fn update_request(&mut self) {
        let session = self.session.clone();
        self.request.extensions.insert(session);
    }
}

impl<B, S> FromRequestParts<S> for AuthSession<B>
where
    B: AuthnBackend + 'static,
    S: Send + Sync,
{
    type Rejection = <axum_login::AuthSession<B> as FromRequestParts<S>>::Rejection;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let session = axum_login::AuthSession::from_request_parts(request, state).await?;
        let mut request = request.clone();
        hide_credentials(&mut request.headers);
        Ok(Self { session, request })
    }
}

impl<B: AuthnBackend> Deref for AuthSession<B> {
    type Target = axum_login::AuthSession<B>;

    fn deref(&self) -> &Self::Target {
        &self.session
    }
}

impl<B: AuthnBackend> DerefMut for AuthSession<B> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.session
    }
}

/// The user and where the request goes.
impl<B: AuthnBackend> fmt::Debug for AuthSession<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthSession")
            .field("user", &self.session.user)
            .field("method", &self.request.method)
            .field("uri", &self.request.uri)
            .finish_non_exhaustive()
    }
}
