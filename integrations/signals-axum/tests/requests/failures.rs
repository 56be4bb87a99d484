//! Requests that fail.

use std::any::Any;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use signals_axum::{HandlerError, SignalsLayer, panic_response};
use signals_builtin::request::{GotRequestException, got_request_exception};
use signals_core::in_current_scope;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::support::{self, Client, Closes, chunk, expect, holding, note, serve, text};

fn app(router: Router) -> Router {
    router.layer(SignalsLayer::new())
}

async fn panics() -> &'static str {
    panic!("no luck")
}

const PANICKED: [&str; 3] = [
    "started GET /",
    "failed the handler panicked: no luck",
    "finished - Failed",
];

#[tokio::test]
async fn a_panic_that_is_caught_around_the_layer() {
    let case = "catch-outside";
    let router = app(Router::new().route("/", get(panics))).layer(CatchPanicLayer::new());
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    expect(case, &PANICKED).await;
}

#[tokio::test]
async fn a_panic_that_nobody_catches() {
    let case = "catch-nowhere";
    let address = serve(app(Router::new().route("/", get(panics)))).await;
    let mut client = Client::connect(address).await;
    assert!(client.get("/", case).await.is_err());
    expect(case, &PANICKED).await;
}

#[tokio::test]
async fn a_panic_that_is_caught_inside_of_the_layer_is_a_status() {
    let case = "catch-inside";
    let router = app(Router::new()
        .route("/", get(panics))
        .layer(CatchPanicLayer::new()));
    support::get(serve(router).await, "/", case).await;
    let expected = [
        "started GET /",
        "failed the response has the status 500 Internal Server Error",
        "finished 500 Complete",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn a_panic_that_is_caught_inside_by_panic_response_keeps_its_words() {
    let case = "catch-inside-keeps";
    let catch = CatchPanicLayer::custom(panic_response);
    let router = app(Router::new().route("/", get(panics)).layer(catch));
    let (status, body) = support::get(serve(router).await, "/", case).await;
    assert_eq!(
        (status.as_u16(), body.as_str()),
        (500, "Internal Server Error")
    );
    let expected = [
        "started GET /",
        "failed the handler panicked: no luck",
        "finished 500 Complete",
    ];
    expect(case, &expected).await;
}

/// The kind of the error is there too, not only its text.
fn note_kind(failed: &GotRequestException<'_>) {
    let case = support::case_of(failed.request);
    let error = failed.error.downcast_ref::<io::Error>();
    if let Some(error) = error.filter(|_| case.starts_with("rq12")) {
        note(case, format!("kind {:?}", error.kind()));
    }
}

#[tokio::test]
async fn rq12_the_error_of_a_handler_is_known_and_none_when_all_is_fine() {
    let _kind = got_request_exception.connect(note_kind);
    let handler = async |uri: http::Uri| -> Result<&'static str, HandlerError> {
        if uri.path() == "/fine" {
            return Ok("fine");
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "no such file"))?
    };
    let address = serve(app(Router::new().fallback(handler))).await;
    support::get(address, "/fine", "rq12-fine").await;
    let (status, body) = support::get(address, "/", "rq12").await;
    assert_eq!(
        (status.as_u16(), body.as_str()),
        (500, "Internal Server Error")
    );
    let expected = [
        "started GET /",
        "failed no such file",
        "kind NotFound",
        "finished 500 Complete",
    ];
    expect("rq12", &expected).await;
    expect("rq12-fine", &["started GET /fine", "finished 200 Complete"]).await;
}

struct AppError(&'static str, StatusCode);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (self.1, HandlerError::from(self.0), "sorry").into_response()
    }
}

#[tokio::test]
async fn an_error_is_a_part_of_a_response() {
    let router = Router::new()
        .route(
            "/502",
            get(async || AppError("upstream is down", StatusCode::BAD_GATEWAY)),
        )
        .route(
            "/404",
            get(async || AppError("no such user", StatusCode::NOT_FOUND)),
        );
    let address = serve(app(router)).await;
    let (status, body) = support::get(address, "/502", "part-502").await;
    assert_eq!((status, body.as_str()), (StatusCode::BAD_GATEWAY, "sorry"));
    let expected = [
        "started GET /502",
        "failed upstream is down",
        "finished 502 Complete",
    ];
    expect("part-502", &expected).await;

    // The client's fault.
    support::get(address, "/404", "part-404").await;
    expect("part-404", &["started GET /404", "finished 404 Complete"]).await;
}

#[tokio::test]
async fn rq13_a_request_within_a_request_keeps_its_errors_to_itself() {
    let inner = app(Router::new().route("/inner", get(panics))).layer(CatchPanicLayer::custom(
        |_: Box<dyn Any + Send>| "caught".into_response(),
    ));
    let outer = move || {
        let inner = inner.clone();
        async move {
            let request = axum::extract::Request::builder()
                .uri("/inner")
                .header("x-case", "rq13-inner");
            let response = inner
                .oneshot(request.body(Body::empty()).unwrap())
                .await
                .unwrap();
            note(
                "rq13-outer",
                format!("inner {}", response.status().as_u16()),
            );
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let address = serve(app(Router::new().route("/", get(outer)))).await;
    support::get(address, "/", "rq13-outer").await;
    let inner = [
        "started GET /inner",
        "failed the handler panicked: no luck",
        "finished - Failed",
    ];
    expect("rq13-inner", &inner).await;
    let outer = [
        "started GET /",
        "inner 200",
        "failed the response has the status 503 Service Unavailable",
        "finished 503 Complete",
    ];
    expect("rq13-outer", &outer).await;
}

#[tokio::test]
async fn rq14_an_error_does_not_stay_for_the_next_request() {
    let router = Router::new()
        .route("/", get(async || HandlerError::from("broken")))
        .route("/fine", get(async || "fine"));
    let address = serve(app(router)).await;
    let mut client = Client::connect(address).await;
    text(client.get("/", "rq14").await.unwrap()).await.unwrap();
    text(client.get("/fine", "rq14-next").await.unwrap())
        .await
        .unwrap();
    expect(
        "rq14",
        &["started GET /", "failed broken", "finished 500 Complete"],
    )
    .await;
    expect("rq14-next", &["started GET /fine", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn rq15_a_failing_error_page_is_told_of() {
    let page = async || -> Result<StatusCode, HandlerError> { Err("404.html: no such template")? };
    let router = Router::new().fallback(page);
    let (status, _) = support::get(serve(app(router)).await, "/no", "rq15").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = [
        "started GET /no",
        "failed 404.html: no such template",
        "finished 500 Complete",
    ];
    expect("rq15", &expected).await;
}

/// Whether the client learns that this is not all.
async fn is_broken(address: SocketAddr, case: &str) -> bool {
    let mut client = Client::connect(address).await;
    match client.get("/", case).await {
        Ok(response) => text(response).await.is_err(),
        Err(_) => true,
    }
}

#[tokio::test]
async fn a_body_that_fails_on_its_way() {
    let case = "body-fails";
    let failing = move || async move {
        let stream = stream::iter([chunk("a"), Err(io::Error::other("disk full"))]);
        holding(Closes(case), stream)
    };
    let address = serve(app(Router::new().route("/", get(failing)))).await;
    assert!(is_broken(address, case).await);
    let expected = [
        "started GET /",
        "closed",
        "failed disk full",
        "finished 200 Failed",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn a_body_that_panics_on_its_way() {
    let case = "body-panics";
    let panicking = move || async move {
        let bad = stream::once(async { panic!("bad luck") });
        holding(Closes(case), stream::iter([chunk("a")]).chain(bad))
    };
    let router = app(Router::new().route("/", get(panicking))).layer(CatchPanicLayer::new());
    assert!(is_broken(serve(router).await, case).await);
    let expected = [
        "started GET /",
        "closed",
        "failed the handler panicked: bad luck",
        "finished 200 Failed",
    ];
    expect(case, &expected).await;
}

/// Receivers of the error are in the request's scope.
#[tokio::test]
async fn an_error_is_told_in_the_scope_of_its_request() {
    let case = "told-in-scope";
    let _noted = got_request_exception.connect(|_: &GotRequestException<'_>| {
        let request = signals_axum::current_request().unwrap();
        if support::case_of(&request) == "told-in-scope" {
            note("told-in-scope", "in scope");
        }
    });
    let failing = async || {
        let spawned = tokio::spawn(in_current_scope(async {
            signals_axum::current_request().is_some()
        }));
        assert!(spawned.await.unwrap());
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let address = serve(app(Router::new().route("/", get(failing)))).await;
    support::get(address, "/", case).await;
    let expected = [
        "started GET /",
        "failed the response has the status 500 Internal Server Error",
        "in scope",
        "finished 500 Complete",
    ];
    expect(case, &expected).await;
}
