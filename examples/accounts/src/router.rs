//! The addresses.

use accounts_models::session::Sessions;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use axum_login::AuthManagerLayerBuilder;
use signals_axum::{SignalsLayer, panic_response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::cookie::{SameSite, time::Duration};
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::app::App;
use crate::auth::{self, Backend};
use crate::forms::ArticleForm;
use crate::{guard, password_expiry, views};

/// No form of ours is larger, not even one with every field as long as it may be.
const BODY_LIMIT: usize = 128 * 1024;

/// How long somebody stays logged in: two weeks, as in Django.
const SESSION_AGE: Duration = Duration::days(14);

/// The whole service. It speaks to receivers through signals alone; what they need is provided with
/// [`signals_core::state::provide`], by whoever links them.
pub fn router(app: App) -> Router {
    // Not `Secure`, because this example speaks no TLS; add that when yours does.
    let sessions = SessionManagerLayer::new(Sessions::new(app.db.clone()))
        .with_name("sessionid")
        .with_same_site(SameSite::Lax)
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(SESSION_AGE));
    let backend = Backend {
        db: app.db.clone(),
        passwords: app.passwords.clone(),
    };
    let auth = AuthManagerLayerBuilder::new(backend, sessions).build();
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
        .route(
            "/confirm",
            get(views::confirm::sent).post(views::confirm::again),
        )
        .route(
            "/confirm/{token}",
            get(views::confirm::show).post(views::confirm::submit),
        )
        .route(
            "/invitations",
            get(views::invitations::show).post(views::invitations::submit),
        )
        .route("/statistics", get(views::statistics::show))
        .merge(articles())
        // The last one is the first that a request meets.
        .layer(from_fn_with_state(app.clone(), password_expiry::guard))
        .layer(from_fn(auth::visitor))
        .layer(auth)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panic_response))
        .layer(SignalsLayer::new().run_to_completion())
        .layer(from_fn(guard::same_origin))
        .layer(from_fn(guard::discreet));
    pages
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .layer(map_response(guard::headers))
        .with_state(app)
}

fn articles() -> Router<App> {
    use views::articles::{delete, list, read, write};
    Router::new()
        .route("/articles", get(list::show))
        .route("/articles/new", get(write::new).post(write::create))
        .route("/articles/{id}", get(read::show))
        .route("/articles/{id}/edit", get(write::edit).post(write::update))
        .route("/articles/{id}/delete", post(delete::submit))
        .layer(DefaultBodyLimit::max(ArticleForm::MAX_BYTES))
}

async fn style() -> impl IntoResponse {
    file(
        "text/css; charset=utf-8",
        include_str!("../static/style.css"),
    )
}

async fn icon() -> impl IntoResponse {
    file("image/svg+xml", include_str!("../static/icon.svg"))
}

fn file(content_type: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, content)
}
