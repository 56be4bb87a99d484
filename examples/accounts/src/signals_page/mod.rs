//! `/signals`, for development: who listens to what, and what was sent lately.
//!
//! | path | what is there |
//! |---|---|
//! | `/signals` | the last sends as they happen, the graph, and the catalogue |
//! | `/signals/recent.json` | the last sends, see below |
//! | `/signals/recent.txt` | the same as text, by [`signals_core::recent::report`] |
//! | `/signals/catalog.json` | the catalogue, by [`Catalog::to_json`](signals_core::Catalog::to_json) |
//!
//! Nothing here knows what the program is about: [`router`] fits into any router of axum that serves this
//! example's `/style.css`. Everybody who can reach it can read it, so it is not for a program that others can
//! reach.
//!
//! # The last sends as JSON
//!
//! An array, the oldest first, of objects with these keys in this order. New keys may come at the end.
//!
//! | key of a send | value |
//! |---|---|
//! | `number` | number: counts the sends of the program in the order in which they began |
//! | `at_us` | number: when it was sent, in microseconds since 1970 |
//! | `signal` | string: the name |
//! | `guarantee` | string: `inline` for a send; else that of the one receiver that was called at the end of a transaction |
//! | `sender` | string: who sent it; `null` for nobody in particular |
//! | `file`, `line` | string and number: where it was sent |
//! | `duration_ns` | number: how long it took, in nanoseconds |
//! | `receivers` | array of *receivers*, in the order in which they ended |
//! | `refused` | string: why nobody was called, if the send was refused; else `null` |
//!
//! | key of a *receiver* | value |
//! |---|---|
//! | `key` | string, as in the catalogue |
//! | `outcome` | string: `succeeded`, `failed`, `panicked`, `cancelled`, `deferred` or `skipped` |
//! | `message` | string: the error, or why it was skipped; else `null` |
//! | `duration_ns` | number: how long it took, in nanoseconds; 0 if it was not called |

mod drawing;
mod recent;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde_json::Value;
use signals_core::Catalog;

use self::drawing::{Drawing, NARROW, WIDE};

/// How many sends are kept.
const KEPT: usize = 200;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The pages. From now on the last sends are recorded.
///
/// # Errors
///
/// When a template is wrong.
pub fn router() -> Result<Router, minijinja::Error> {
    let mut templates = Environment::new();
    templates.add_template("page.html", include_str!("files/page.html"))?;
    templates.add_template("graph.html", include_str!("files/graph.html"))?;
    signals_core::recent::record(KEPT);
    let script = "text/javascript; charset=utf-8";
    Ok(Router::new()
        .route("/signals", get(page))
        .route(
            "/signals/page.js",
            get(async move || answer(script, include_str!("files/page.js"))),
        )
        .route(
            "/signals/recent.json",
            get(async || answer(JSON, recent::to_json())),
        )
        .route(
            "/signals/recent.txt",
            get(async || answer(TEXT, signals_core::recent::report())),
        )
        .route(
            "/signals/catalog.json",
            get(async || answer(JSON, signals_core::catalog().to_json())),
        )
        .with_state(Arc::new(templates)))
}

async fn page(State(templates): State<Arc<Environment<'static>>>) -> Response {
    match render(&templates, &signals_core::catalog()) {
        Ok(page) => answer(HTML, page),
        Err(error) => {
            log::error!("the page of the signals: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The template escapes every value.
fn render(templates: &Environment<'_>, catalog: &Catalog) -> Result<String, minijinja::Error> {
    let listed: Value = serde_json::from_str(&catalog.to_json()).unwrap_or_default();
    let drawings = [NARROW, WIDE].map(|size| Drawing::new(catalog, &size));
    templates.get_template("page.html")?.render(context! {
        signals => Serde(&listed["signals"]),
        drawings => Serde(&drawings),
    })
}

/// Never kept by the browser, and nothing comes into the page from elsewhere.
fn answer(kind: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ];
    (headers, body).into_response()
}
