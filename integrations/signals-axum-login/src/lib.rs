//! [axum-login](axum_login) that sends Django's [auth signals](signals_builtin::auth).
//!
//! axum-login has no hooks. This crate has a session of the same name and with the same methods that
//! sends [`user_logged_in`], [`user_logged_out`] and [`user_login_failed`]. An application changes
//! the line that names its session, and says what its credentials are:
//!
//! ```
//! # use axum_login::{AuthUser, AuthnBackend, UserId};
//! # use signals_core::Model;
//! use signals_axum_login::{Credentials, DescribeCredentials};
//! # #[derive(Clone, Debug, Model)]
//! # struct User { id: i64 }
//! # impl AuthUser for User {
//! #     type Id = i64;
//! #     fn id(&self) -> i64 { self.id }
//! #     fn session_auth_hash(&self) -> &[u8] { &[] }
//! # }
//! # #[derive(Clone)]
//! # struct Backend;
//! # struct Login { username: String, password: String }
//! # impl AuthnBackend for Backend {
//! #     type User = User;
//! #     type Credentials = Login;
//! #     type Error = std::convert::Infallible;
//! #     async fn authenticate(&self, _: Login) -> Result<Option<User>, Self::Error> { Ok(None) }
//! #     async fn get_user(&self, _: &UserId<Self>) -> Result<Option<User>, Self::Error> { Ok(None) }
//! # }
//!
//! type AuthSession = signals_axum_login::AuthSession<Backend>; // was axum_login::AuthSession<Backend>
//!
//! impl DescribeCredentials for Backend {
//!     fn describe(&self, login: &Login) -> Credentials {
//!         Credentials::new([("username", &login.username), ("password", &login.password)])
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! Layers, stores, permissions and the macros `login_required!` and `permission_required!` stay
//! axum-login's. Its user has to be a [`Model`](signals_core::Model), by a derive or by what the
//! adapter of its store does, because it is the sender of the signals.
//!
//! | | sends | when |
//! |---|---|---|
//! | [`authenticate`](AuthSession::authenticate) | [`user_login_failed`] | when nobody has the credentials, before it answers |
//! | [`login`](AuthSession::login) | [`user_logged_in`] | last, when the session is stored |
//! | [`logout`](AuthSession::logout) | [`user_logged_out`] | first, while the session is there |
//!
//! Outside of a request, [`authenticate`] does the same without one.
//!
//! # What sends nothing
//!
//! A session that is taken up again, one that expires, and one that axum-login ends because the
//! password was changed; in Django these send nothing either. And whatever goes past this crate: a
//! handler or a middleware that takes axum-login's own `AuthSession`.

signals_core::__adapter!();

mod credentials;
mod error;
mod session;

pub use axum_login;
pub use signals_builtin::auth::Credentials;

pub use credentials::{DescribeCredentials, authenticate};
pub use error::Error;
pub use session::AuthSession;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doc)]
use signals_builtin::auth::{user_logged_in, user_logged_out, user_login_failed};
