//! The addresses.

use accounts_store::Store;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};

use crate::app::App;
use crate::{Error, guard, views, visitor};

/// No form of ours is larger, not even one with every field as long as it may be.
const BODY_LIMIT: usize = 64 * 1024;

/// The whole service, on a store. It speaks to receivers through signals alone; what they need is
/// provided with [`signals_core::state::provide`], by whoever links them.
///
/// # Errors
///
/// When a template is wrong.
pub fn router(store: Store) -> Result<Router, Error> {
    let app = App::new(store)?;
    let pages = Router::new()
        .route("/", get(views::home::show))
        .route(
            "/signup",
            get(views::sign_up::show).post(views::sign_up::submit),
        )
        .route(
            "/login",
            get(views::log_in::show).post(views::log_in::submit),
        )
        .route("/logout", post(views::log_out::submit))
        .route(
            "/password",
            get(views::password::show).post(views::password::submit),
        )
        .route("/events", get(views::events::show))
        // The last one is the first that a request meets.
        .layer(from_fn_with_state(app.clone(), visitor::recognise))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(guard::to_the_end))
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(guard::discreet));
    Ok(pages
        .route("/style.css", get(style))
        .layer(map_response(guard::headers))
        .with_state(app))
}

async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("../static/style.css"))
}
