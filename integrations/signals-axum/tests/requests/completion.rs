//! Handlers that are run to completion.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::StatusCode;
use http::request::Parts;
use http_body_util::BodyExt;
use signals_axum::{HandlerError, SignalsLayer};
use signals_core::{receiver, signal};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::support::{self, Client, case_of, expect, note, noted, serve, until};

signal! {
    /// A row was written.
    row_written(table: &Table);
}

/// Rows, and how many of them receivers were told of.
#[derive(Debug, Default)]
struct Table {
    rows: AtomicU32,
    told: AtomicU32,
    told_by_their_client: AtomicU32,
}

impl Table {
    /// As `save` of a database does: the write, then whatever it takes to come back, then the signal.
    async fn write(&self) {
        sleep(Duration::from_micros(300)).await;
        self.rows.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_micros(300)).await;
        row_written
            .send_async(RowWritten { table: self })
            .await
            .unwrap();
    }

    fn counts(&self) -> (u32, u32) {
        (
            self.rows.load(Ordering::Relaxed),
            self.told.load(Ordering::Relaxed),
        )
    }
}

#[receiver(row_written)]
async fn told(table: &Table, #[state] request: &Parts) {
    tokio::task::yield_now().await;
    table.told.fetch_add(1, Ordering::Relaxed);
    if case_of(request).starts_with("completion") {
        table.told_by_their_client.fetch_add(1, Ordering::Relaxed);
    }
}

/// So many clients, of which most leave at some moment before the answer.
async fn impatient_clients(layer: SignalsLayer, count: u64) -> Arc<Table> {
    let table = Arc::new(Table::default());
    let of_handler = Arc::clone(&table);
    let handler = move || {
        let table = Arc::clone(&of_handler);
        async move {
            table.write().await;
            table.write().await;
        }
    };
    let address = serve(Router::new().route("/", get(handler)).layer(layer)).await;
    for number in 0..count {
        let case = format!("completion-{number}");
        let mut client = Client::connect(address).await;
        let patience = Duration::from_micros(number * 37 % 6000);
        let _ = timeout(patience, client.get("/", &case)).await;
        client.leave();
    }
    // The last ones are on their way.
    sleep(Duration::from_millis(300)).await;
    table
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_clients_that_leave_lose_no_signal() {
    let table = impatient_clients(SignalsLayer::new().run_to_completion(), 600).await;
    let (rows, told) = table.counts();
    assert_eq!(rows, told);
    assert_eq!(told, table.told_by_their_client.load(Ordering::Relaxed));
    // Whoever began has ended.
    assert!(rows > 100 && rows % 2 == 0, "{rows}");
}

/// What the option is for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_it_signals_are_lost() {
    let table = impatient_clients(SignalsLayer::new(), 600).await;
    let (rows, told) = table.counts();
    assert!(told < rows, "{told} of {rows}");
}

#[tokio::test]
async fn the_client_leaves_and_the_handler_goes_on() {
    let case = "goes-on";
    let go_on = Arc::new(Notify::new());
    let waits = Arc::clone(&go_on);
    let handler = move || async move {
        note(case, "handler");
        waits.notified().await;
        note(case, "handler is done");
        "hello"
    };
    let layer = SignalsLayer::new().run_to_completion();
    let address = serve(Router::new().route("/", get(handler)).layer(layer)).await;
    let mut client = Client::connect(address).await;
    tokio::select! {
        _ = client.get("/", case) => {}
        () = until(case, 2) => client.leave(),
    }
    sleep(Duration::from_millis(50)).await;
    assert_eq!(noted(case), ["started GET /", "handler"]);
    go_on.notify_one();
    // There is a response, and nobody who gets it.
    let expected = [
        "started GET /",
        "handler",
        "handler is done",
        "finished 200 Cancelled",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn as_long_as_the_client_waits_the_handler_is_on_its_task() {
    tokio::task_local! { static AROUND: u32; }
    let handler = async || {
        tokio::task::yield_now().await;
        format!("{:?} {:?}", tokio::task::try_id(), AROUND.try_get())
    };
    let layer = SignalsLayer::new().run_to_completion();
    let router = Router::new().route("/", get(handler)).layer(layer);
    let answer = async move {
        let response = router.oneshot(http::Request::new(Body::empty())).await;
        let body = response.unwrap().into_body().collect().await.unwrap();
        let here = format!("{:?} {:?}", tokio::task::try_id(), AROUND.try_get());
        (body.to_bytes(), here)
    };
    let (there, here) = tokio::spawn(AROUND.scope(7, answer)).await.unwrap();
    assert_eq!(there, here);
}

#[tokio::test]
async fn all_else_is_as_without_it() {
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/panics", get(async || -> () { panic!("no luck") }))
        .route("/fails", get(async || HandlerError::from("broken")))
        .layer(SignalsLayer::new().run_to_completion())
        .layer(CatchPanicLayer::new());
    let address = serve(router).await;
    let (_, body) = support::get(address, "/", "own-task").await;
    assert_eq!(body, "hello");
    expect("own-task", &["started GET /", "finished 200 Complete"]).await;

    let (status, _) = support::get(address, "/panics", "own-task-panics").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = [
        "started GET /panics",
        "failed the handler panicked: no luck",
        "finished - Failed",
    ];
    expect("own-task-panics", &expected).await;

    support::get(address, "/fails", "own-task-fails").await;
    let expected = [
        "started GET /fails",
        "failed broken",
        "finished 500 Complete",
    ];
    expect("own-task-fails", &expected).await;
}

#[tokio::test]
async fn a_timeout_around_it_answers_and_stops_nothing() {
    let case = "own-task-timeout";
    let handler = move || async move {
        sleep(Duration::from_millis(150)).await;
        note(case, "handler is done");
    };
    let limit = Duration::from_millis(50);
    let router = Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new().run_to_completion())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            limit,
        ));
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    expect(
        case,
        &["started GET /", "handler is done", "finished 200 Cancelled"],
    )
    .await;
}
