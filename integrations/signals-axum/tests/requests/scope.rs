//! What receivers see of the request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use http::request::Parts;
use http_body_util::BodyExt;
use signals_axum::{SignalsLayer, current_request};
use signals_builtin::request::{request_finished, request_started};
use signals_core::{Finding, check, in_current_scope, receiver, signal, state, testing};
use tokio::sync::Barrier;
use tower::ServiceExt;

use crate::support::{Client, case_of, chunk, expect, get as get_text, note, noted, serve, until};

signal! {
    /// Knows nothing of requests.
    step_taken(by: &str, step: u32);
}

#[receiver(step_taken)]
fn seen(by: &str, step: u32, #[state] request: &Parts) {
    let matched = request.extensions.get::<MatchedPath>();
    let path = matched.map_or("-", MatchedPath::as_str);
    note(by, format!("step {step} on {path}: {}", case_of(request)));
}

fn step(by: &str, step: u32) {
    step_taken.send(StepTaken { by, step }).unwrap();
}

fn app(router: Router) -> Router {
    router.layer(SignalsLayer::new())
}

#[tokio::test]
async fn receivers_of_any_signal_see_the_request() {
    let case = "sees";
    let handler = move || async move {
        step(case, 1);
        tokio::task::yield_now().await;
        step_taken
            .send_async(StepTaken { by: case, step: 2 })
            .await
            .unwrap();
        let spawned = tokio::spawn(in_current_scope(async move { step(case, 3) }));
        spawned.await.unwrap();
        assert!(
            tokio::spawn(async { current_request().is_none() })
                .await
                .unwrap()
        );
        let stream = stream::iter(4..6).then(move |number| async move {
            tokio::task::yield_now().await;
            step(case, number);
            chunk("chunk")
        });
        Body::from_stream(stream)
    };
    let address = serve(app(Router::new().route("/{name}", get(handler)))).await;
    get_text(address, "/any", case).await;
    let expected = [
        "started GET /any",
        "step 1 on /{name}: sees",
        "step 2 on /{name}: sees",
        "step 3 on /{name}: sees",
        "step 4 on /{name}: sees",
        "step 5 on /{name}: sees",
        "finished 200 Complete",
    ];
    expect(case, &expected).await;
    assert!(current_request().is_none());
}

/// This test has one thread.
#[tokio::test]
async fn requests_on_one_thread_never_see_each_other() {
    const AT_ONCE: usize = 20;
    let all_here = Arc::new(Barrier::new(AT_ONCE));
    let handler = move |head: http::HeaderMap| {
        let all_here = Arc::clone(&all_here);
        async move {
            let case = head["x-case"].to_str().unwrap().to_owned();
            let stream = stream::iter(0..10).then(move |number| {
                let (all_here, case) = (Arc::clone(&all_here), case.clone());
                async move {
                    all_here.wait().await;
                    step(&case, number);
                    chunk("chunk")
                }
            });
            Body::from_stream(Box::pin(stream))
        }
    };
    let address = serve(app(Router::new().route("/", get(handler)))).await;
    let case = |number| format!("one-thread-{number}");
    let clients = (0..AT_ONCE).map(|number| async move {
        get_text(address, "/", &case(number)).await;
    });
    futures_util::future::join_all(clients).await;
    for case in (0..AT_ONCE).map(case) {
        let steps = (0..10).map(|step| format!("step {step} on /: {case}"));
        let started = std::iter::once("started GET /".to_owned());
        let finished = std::iter::once("finished 200 Complete".to_owned());
        let expected: Vec<String> = started.chain(steps).chain(finished).collect();
        until(&case, expected.len()).await;
        assert_eq!(noted(&case), expected);
    }
}

/// Takes a step when it is dropped.
struct Last(&'static str);

impl Drop for Last {
    fn drop(&mut self) {
        step(self.0, 9);
    }
}

#[tokio::test]
async fn what_is_dropped_is_dropped_in_the_scope() {
    let handler = || async {
        let _last = Last("drop-handler");
        std::future::pending::<()>().await;
    };
    let body = || async {
        let last = Last("drop-body");
        Body::from_stream(stream::pending::<crate::support::Chunk>().map(move |item| {
            let _ = &last;
            item
        }))
    };
    let router = Router::new()
        .route("/handler", get(handler))
        .route("/body", get(body));
    let address = serve(app(router)).await;
    for path in ["handler", "body"] {
        let mut client = Client::connect(address).await;
        let case = format!("drop-{path}");
        let path = format!("/{path}");
        let _ = tokio::time::timeout(Duration::from_millis(50), client.get(&path, &case)).await;
        client.leave();
    }
    let handler = [
        "started GET /handler",
        "step 9 on /handler: drop-handler",
        "finished - Cancelled",
    ];
    expect("drop-handler", &handler).await;
    let body = [
        "started GET /body",
        "step 9 on /body: drop-body",
        "finished 200 BodyDropped",
    ];
    expect("drop-body", &body).await;
}

struct Tenant(&'static str);

/// What a body adds to the scope is there the next time.
#[tokio::test]
async fn a_body_keeps_what_it_adds_to_the_scope() {
    let tenant = || state::get::<Tenant>().map_or("nobody", |tenant| tenant.0);
    let stream = async move || {
        let stream = stream::unfold(None, move |guard| async move {
            tokio::task::yield_now().await;
            let text = tenant();
            let guard = guard.unwrap_or_else(|| state::scoped(Tenant("ada ")));
            Some((chunk(text), Some(guard)))
        });
        Body::from_stream(Box::pin(stream.take(3)))
    };
    let address = serve(app(Router::new().route("/", get(stream)))).await;
    let (_, body) = get_text(address, "/", "body-scope").await;
    assert_eq!(body, "nobodyada ada ");
    assert_eq!(tenant(), "nobody");
}

/// Where the request is, so that two of them can be told apart.
#[receiver([request_started, request_finished])]
fn same(request: &Parts, #[state] of_scope: &Parts) {
    if case_of(request).starts_with("rq06") {
        assert!(std::ptr::eq(request, of_scope));
        note(
            &format!("{}-where", case_of(request)),
            format!("{request:p}"),
        );
    }
}

#[tokio::test]
async fn rq06_started_and_finished_are_in_one_scope() {
    let address = serve(app(Router::new().route("/", get(async || "hello")))).await;
    get_text(address, "/", "rq06").await;
    until("rq06-where", 2).await;
    let places = noted("rq06-where");
    assert_eq!(places[0], places[1]);
}

/// A test needs no server, and sees its own requests only.
#[tokio::test]
async fn a_test_captures_its_requests() {
    let started = testing::capture(&request_started);
    let finished = testing::capture(&request_finished);
    let app = app(Router::new().route("/", get(async || "hello")));
    let request = Request::builder().uri("/").header("x-case", "captured");
    let response = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!((started.count(), finished.count()), (1, 0));
    response.into_body().collect().await.unwrap();
    until("captured", 2).await;
    let sent = finished.only();
    assert!(sent.sender.is::<SignalsLayer>());
    assert!(
        sent.arguments.contains("end: Complete"),
        "{}",
        sent.arguments
    );
}

/// The layer provides it, and nobody else has to.
#[test]
fn the_request_is_no_missing_state() {
    let is_missing = |it: &Finding| matches!(it, Finding::MissingState { .. });
    let missing: Vec<Finding> = check().into_iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
