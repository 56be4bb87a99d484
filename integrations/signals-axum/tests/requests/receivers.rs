//! Receivers that fail, or are not there.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use http::StatusCode;
use http_body_util::BodyExt;
use signals_axum::{HandlerError, SignalsLayer};
use signals_builtin::request::{
    GotRequestException, RequestFinished, RequestStarted, got_request_exception, request_finished,
    request_started,
};
use signals_core::{BoxError, testing};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::support::{self, case_of, expect, note, serve};

fn app(case: &'static str) -> Router {
    let handler = move || async move { note(case, "handler") };
    Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new())
}

/// An application is set up and answers with the receivers of all three signals detached.
#[tokio::test]
async fn rq10_an_application_works_with_receivers_detached() {
    let case = "rq10";
    let request = || {
        let request = Request::builder().uri("/").header("x-case", case);
        request.body(Body::empty()).unwrap()
    };
    let respond = async || {
        let response = app(case).oneshot(request()).await.unwrap();
        let status = response.status();
        response.into_body().collect().await.unwrap();
        status
    };
    let detached = [
        testing::mute(&request_started),
        testing::mute(&request_finished),
        testing::mute(&got_request_exception),
    ];
    assert_eq!(respond().await, StatusCode::OK);
    expect(case, &["handler"]).await;

    drop(detached);
    assert_eq!(respond().await, StatusCode::OK);
    let expected = [
        "handler",
        "started GET /",
        "handler",
        "finished 200 Complete",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn an_error_of_started_makes_the_request_fail() {
    let case = "started-fails";
    let _fails = request_started.connect(|started: &RequestStarted<'_>| {
        if case_of(started.request) == "started-fails" {
            return Err(BoxError::from("under maintenance"));
        }
        Ok(())
    });
    // The error is that of the send, and has the receiver's as its source.
    let _source = got_request_exception.connect(|failed: &GotRequestException<'_>| {
        if case_of(failed.request) == "started-fails" {
            let source = failed.error.source().map(ToString::to_string);
            note("started-fails", source.unwrap_or_default());
        }
    });
    let (status, body) = support::get(serve(app(case)).await, "/", case).await;
    assert_eq!((status.as_u16(), body.as_str()), (500, ""));
    support::until(case, 4).await;
    let noted = support::noted(case);
    assert_eq!(noted[0], "started GET /");
    assert!(noted[1].starts_with("failed "), "{noted:?}");
    assert!(noted.contains(&"under maintenance".to_owned()), "{noted:?}");
    assert_eq!(noted[3..], ["finished 500 Complete"], "{noted:?}");
}

#[tokio::test]
async fn a_panic_of_started_is_one_of_the_request() {
    let case = "started-panics";
    let _panics = request_started.connect(|started: &RequestStarted<'_>| {
        assert!(case_of(started.request) != "started-panics", "not today");
    });
    let router = app(case).layer(CatchPanicLayer::new());
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = [
        "started GET /",
        "failed the handler panicked: not today",
        "finished - Failed",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn an_error_or_panic_of_finished_stops_nobody() {
    let case = "finished-fails";
    let is_it = |finished: &RequestFinished<'_>| case_of(finished.request) == "finished-fails";
    // Before the one that takes notes.
    let first = request_finished.on().priority(2);
    let _panics = first.connect(move |finished: &RequestFinished<'_>| assert!(!is_it(finished)));
    let second = request_finished.on().priority(1);
    let _fails = second.connect(
        move |finished: &RequestFinished<'_>| {
            if is_it(finished) { Err("no") } else { Ok(()) }
        },
    );
    let address = serve(app(case)).await;
    let (status, _) = support::get(address, "/", case).await;
    assert_eq!(status, StatusCode::OK);
    expect(case, &["started GET /", "handler", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn a_panic_of_the_one_who_is_told_of_an_error_changes_nothing() {
    let case = "told-panics";
    let first = got_request_exception.on().priority(1);
    let _panics = first.connect(|failed: &GotRequestException<'_>| {
        assert!(case_of(failed.request) != "told-panics", "worse");
    });
    let handler = async || (StatusCode::BAD_GATEWAY, HandlerError::from("bad"), "sorry");
    let router = Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new());
    let (status, body) = support::get(serve(router).await, "/", case).await;
    assert_eq!((status, body.as_str()), (StatusCode::BAD_GATEWAY, "sorry"));
    expect(
        case,
        &["started GET /", "failed bad", "finished 502 Complete"],
    )
    .await;
}
