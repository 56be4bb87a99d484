//! What a receiver might write to a log shows no secret of the request.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::{HeaderMap, StatusCode};
use signals_axum::{SignalsLayer, current_request};
use signals_builtin::request::{got_request_exception, request_finished, request_started};
use signals_core::testing;
use tower::ServiceExt;

use crate::support::until;

const SECRETS: [(&str, &str); 4] = [
    ("authorization", "Basic YWRhOmNvcnJlY3QgaG9yc2U="),
    ("proxy-authorization", "Bearer from-the-proxy"),
    ("cookie", "sessionid=of-ada"),
    // HTTP/2 sends cookies one by one.
    ("cookie", "csrftoken=of-the-form"),
];

fn request(case: &str) -> Request {
    let mut request = Request::builder().uri("/").header("x-case", case);
    for (name, value) in SECRETS {
        request = request.header(name, value);
    }
    request.body(axum::body::Body::empty()).unwrap()
}

fn assert_discreet(shown: &str) {
    assert!(shown.contains("x-case"), "{shown}");
    for (_, secret) in SECRETS {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn debug_of_what_is_sent_shows_no_secret() {
    let case = "secrets";
    let started = testing::capture(&request_started);
    let failed = testing::capture(&got_request_exception);
    let finished = testing::capture(&request_finished);
    let in_scope = Arc::new(Mutex::new(String::new()));
    let shown = Arc::clone(&in_scope);
    let handler = move || async move {
        *shown.lock().unwrap() = format!("{:?}", *current_request().unwrap());
        StatusCode::BAD_GATEWAY
    };
    let app = Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new());
    let response = app.oneshot(request(case)).await.unwrap();
    drop(response);
    until(case, 3).await;

    assert_discreet(&started.only().arguments);
    assert_discreet(&failed.only().arguments);
    assert_discreet(&finished.only().arguments);
    assert_discreet(&in_scope.lock().unwrap());
}

/// It is shown nowhere, and it is there: for receivers, and unchanged for the handler.
#[tokio::test]
async fn a_secret_can_be_read() {
    let handler = async |headers: HeaderMap| {
        let request = current_request().unwrap();
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
            let of_receivers: Vec<_> = request.headers.get_all(&name).iter().collect();
            let of_handler: Vec<_> = headers.get_all(&name).iter().collect();
            assert_eq!(of_receivers, of_handler);
            assert!(!of_handler.is_empty());
            assert!(of_receivers.iter().all(|value| value.is_sensitive()));
            assert!(!of_handler.iter().any(|value| value.is_sensitive()));
        }
    };
    let app = Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new());
    let response = app.oneshot(request("secrets-read")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}
