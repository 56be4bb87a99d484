//! Credentials that were tried in vain.

use axum_login::AuthnBackend;
use axum_login::axum::http::request::Parts;
use signals_builtin::auth::{Credentials, UserLoginFailed, user_login_failed};
use signals_core::{SendError, Sender};

use crate::Error;

/// A backend that says what its credentials are, for the receivers of
/// [`user_login_failed`].
///
/// To axum-login, credentials are a type that only the backend knows. Here it names their values.
/// Secrets among them are replaced by [`Credentials`] itself; what is not named is not sent.
///
/// ```
/// # use axum_login::{AuthUser, AuthnBackend, UserId};
/// use signals_axum_login::{Credentials, DescribeCredentials};
/// # #[derive(Clone, Debug)]
/// # struct User;
/// # impl AuthUser for User {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 7 }
/// #     fn session_auth_hash(&self) -> &[u8] { &[] }
/// # }
/// # #[derive(Clone)]
/// # struct Backend;
///
/// enum Proof {
///     Password { username: String, password: String },
///     Card { number: u64, otp: String },
/// }
/// # impl AuthnBackend for Backend {
/// #     type User = User;
/// #     type Credentials = Proof;
/// #     type Error = std::convert::Infallible;
/// #     async fn authenticate(&self, _: Proof) -> Result<Option<User>, Self::Error> { Ok(None) }
/// #     async fn get_user(&self, _: &UserId<Self>) -> Result<Option<User>, Self::Error> { Ok(None) }
/// # }
///
/// impl DescribeCredentials for Backend {
///     fn describe(&self, proof: &Proof) -> Credentials {
///         match proof {
///             Proof::Password { username, password } => {
///                 Credentials::new([("username", username), ("password", password)])
///             }
///             // Django's rule does not know that an `otp` is a secret, so it is left out.
///             Proof::Card { number, otp: _ } => Credentials::default().with("card", number),
///         }
///     }
/// }
///
/// let proof = Proof::Password { username: "ada".into(), password: "correct horse".into() };
/// let credentials = Backend.describe(&proof);
/// assert_eq!(credentials.get("username"), Some("ada"));
/// assert_eq!(credentials.get("password"), Some("********************"));
/// ```
///
/// For names that Django's rule does not know, see [`Cleanser`](signals_builtin::auth::Cleanser).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what its credentials are",
    label = "`user_login_failed` needs to know",
    note = "implement `signals_axum_login::DescribeCredentials` for it"
)]
pub trait DescribeCredentials: AuthnBackend {
    /// The credentials by their names, without their secrets.
    fn describe(&self, credentials: &Self::Credentials) -> Credentials;
}

/// Tries credentials where there is no request: on a command line, in a job. In a handler, there is
/// [`AuthSession::authenticate`](crate::AuthSession::authenticate).
///
/// If nobody has the credentials, [`user_login_failed`] has been sent by the time this returns, with
/// `request: None`.
///
/// ```
/// # use axum_login::{AuthUser, AuthnBackend, UserId};
/// # use signals_axum_login::{Credentials, DescribeCredentials};
/// # #[derive(Clone, Debug)]
/// # struct User;
/// # impl AuthUser for User {
/// #     type Id = i64;
/// #     fn id(&self) -> i64 { 7 }
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
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), signals_axum_login::Error<Backend>> {
/// let user = signals_axum_login::authenticate(&Backend, "not this one".to_owned()).await?;
/// assert!(user.is_none());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// As [`AuthSession::authenticate`](crate::AuthSession::authenticate).
pub async fn authenticate<B>(
    backend: &B,
    credentials: B::Credentials,
) -> Result<Option<B::User>, Error<B>>
where
    B: DescribeCredentials + 'static,
{
    let described = backend.describe(&credentials);
    let user = backend.authenticate(credentials).await;
    let user = user.map_err(axum_login::Error::Backend)?;
    if user.is_none() {
        failed::<B>(&described, None).await?;
    }
    Ok(user)
}

/// Nobody has these credentials. There is no user who could be the sender of that: the backend is.
pub(crate) async fn failed<B: 'static>(
    credentials: &Credentials,
    request: Option<&Parts>,
) -> Result<(), SendError> {
    let sent = user_login_failed.send_async(UserLoginFailed {
        sender: Sender::of::<B>(),
        credentials,
        request,
    });
    sent.await.map(drop)
}
