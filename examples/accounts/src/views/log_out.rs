//! Logging out.

use axum::response::Redirect;

use crate::Error;
use crate::auth::AuthSession;

/// Logs out whoever is logged in.
pub(crate) async fn submit(mut session: AuthSession) -> Result<Redirect, Error> {
    session.logout().await?;
    Ok(Redirect::to("/"))
}
