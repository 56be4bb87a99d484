//! A program without any receiver.

use std::convert::Infallible;
use std::sync::Mutex;

use axum::Router;
use axum::routing::get;
use axum_core::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use log::{Level, Log, Metadata, Record};
use signals_axum::{HandlerError, SignalsLayer};
use signals_builtin::request::{got_request_exception, request_finished, request_started};
use signals_core::{in_current_scope, testing};
use tower::{Layer, ServiceExt, service_fn};

static RECORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Records;

impl Log for Records {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        if record.level() == Level::Error {
            let line = format!("{}: {}", record.target(), record.args());
            RECORDS.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

#[derive(Debug, thiserror::Error)]
#[error("no report")]
struct NoReport(#[source] std::fmt::Error);

/// The client is told nothing of the error, so somebody has to be; of a path with a token in it nobody.
#[tokio::test]
async fn an_error_that_nobody_hears_of_is_logged_with_its_route() {
    log::set_logger(&Records).unwrap();
    log::set_max_level(log::LevelFilter::Error);
    let fails = service_fn(|_: Request<()>| async {
        let error = HandlerError::from(NoReport(std::fmt::Error));
        Ok::<_, Infallible>(axum_core::response::IntoResponse::into_response(error))
    });
    let respond = SignalsLayer::new().layer(fails).oneshot(
        Request::builder()
            .uri("/report?token=secret")
            .body(())
            .unwrap(),
    );
    let response = respond.await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);

    let confirm = get(async || HandlerError::from("no mail"));
    let router = Router::new().route("/confirm/{token}", confirm);
    let request = Request::builder().uri("/confirm/s3cret?next=%2F");
    let respond = router
        .layer(SignalsLayer::new())
        .oneshot(request.body(Body::empty()).unwrap());
    respond.await.unwrap();

    let records = RECORDS.lock().unwrap().clone();
    let source = std::fmt::Error;
    let route = if cfg!(feature = "matched-path") {
        " /confirm/{token}"
    } else {
        ""
    };
    let expected = [
        format!("signals.request: GET: no report: {source}"),
        format!("signals.request: GET{route}: no mail"),
    ];
    assert_eq!(records, expected);
}

/// It is sent all the same, for whoever watches, and without a task.
#[tokio::test]
async fn what_nobody_hears_is_sent_at_once() {
    in_current_scope(async {
        let started = testing::capture(&request_started);
        let failed = testing::capture(&got_request_exception);
        let finished = testing::capture(&request_finished);
        let fails = service_fn(|_: Request<()>| async {
            let mut response = http::Response::new(Body::empty());
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            Ok::<_, Infallible>(response)
        });
        let service = SignalsLayer::new().layer(fails);
        let response = service.oneshot(Request::new(())).await.unwrap();
        assert_eq!(
            (started.count(), failed.count(), finished.count()),
            (1, 1, 0)
        );
        response.into_body().collect().await.unwrap();
        assert_eq!(finished.count(), 1);
    })
    .await;
}
