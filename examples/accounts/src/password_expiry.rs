//! Passwords that have become too old.

use accounts_models::{now, user};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use signals_builtin::account::{PasswordExpired, password_expired};

use crate::Config;
use crate::app::App;
use crate::auth::Backend;

/// Where somebody with an expired password may go: to change it, and out.
const OPEN: [&str; 2] = ["/password", "/logout"];

/// Sends whoever comes with a password that is too old to the page that changes it, and
/// [`password_expired`] before, with each request.
pub async fn guard(
    State(app): State<App>,
    session: axum_login::AuthSession<Backend>,
    request: Request,
    next: Next,
) -> Response {
    match &session.user {
        Some(user) if is_expired(&app.config, user) && !OPEN.contains(&request.uri().path()) => {
            password_expired
                .send_robust_async(PasswordExpired { user })
                .await;
            Redirect::to("/password").into_response()
        }
        _ => next.run(request).await,
    }
}

/// Whether the password is older than it may become.
pub fn is_expired(config: &Config, user: &user::Model) -> bool {
    let age = now() - user.password_changed_at;
    config.password_expiry.is_some_and(|limit| age > limit)
}
