//! Logging out.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::App;
use crate::auth;

/// Logs out whoever is logged in.
pub(crate) async fn submit(State(app): State<App>, request: Request) -> Response {
    let (mut request, _) = request.into_parts();
    let (session, ended) = auth::log_out(&app, &mut request).await;
    match ended {
        Ok(()) => (session, Redirect::to("/")).into_response(),
        Err(error) => (session, error).into_response(),
    }
}
