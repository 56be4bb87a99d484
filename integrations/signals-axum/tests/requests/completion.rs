//! Handlers that are run to completion.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::StatusCode;
use http::request::Parts;
use http_body_util::BodyExt;
use signals_axum::{HandlerError, SignalsLayer};
use signals_builtin::request::{RequestStarted, request_started};
use signals_core::{receiver, signal};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::support::{self, Client, Closes, case_of, expect, note, noted, serve, until};

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
    support::until_still(|| table.counts()).await;
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

/// Where it was begun has gone by then, and so have the task-locals of that.
#[tokio::test]
async fn without_the_client_the_handler_is_on_a_task_of_its_own() {
    tokio::task_local! { static AROUND: u32; }
    let case = "another-task";
    let go_on = Arc::new(Notify::new());
    let waits = Arc::clone(&go_on);
    let handler = move || async move {
        let before = tokio::task::id();
        note(case, format!("{:?}", AROUND.try_get().ok()));
        waits.notified().await;
        assert_ne!(tokio::task::id(), before);
        note(case, format!("{:?}", AROUND.try_get().ok()));
    };
    let layer = SignalsLayer::new().run_to_completion();
    let router = Router::new().route("/", get(handler)).layer(layer);
    let request = http::Request::builder().uri("/").header("x-case", case);
    let response = router.oneshot(request.body(Body::empty()).unwrap());
    let client = tokio::spawn(AROUND.scope(7, response));
    until(case, 2).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    go_on.notify_one();
    let expected = ["started GET /", "Some(7)", "None", "finished 200 Cancelled"];
    expect(case, &expected).await;
}

/// A service whose handler does this when its client has gone.
async fn when_the_client_has_gone<F, R>(case: &'static str, handler: F)
where
    F: Fn() -> R + Clone + Send + Sync + 'static,
    R: IntoResponse + 'static,
{
    let go_on = Arc::new(Notify::new());
    let waits = Arc::clone(&go_on);
    let handler = move || async move {
        note(case, "handler");
        waits.notified().await;
        handler()
    };
    let router = Router::new()
        .route("/", get(handler))
        .layer(SignalsLayer::new().run_to_completion())
        .layer(CatchPanicLayer::new());
    let mut client = Client::connect(serve(router).await).await;
    tokio::select! {
        _ = client.get("/", case) => {}
        () = until(case, 2) => client.leave(),
    }
    sleep(Duration::from_millis(20)).await;
    go_on.notify_one();
}

#[tokio::test]
async fn a_panic_when_the_client_has_gone_is_told_of() {
    let case = "panics-later";
    when_the_client_has_gone(case, || -> () { panic!("too late") }).await;
    let expected = [
        "started GET /",
        "handler",
        "failed the handler panicked: too late",
        "finished - Failed",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn an_error_when_the_client_has_gone_is_told_of() {
    let case = "fails-later";
    when_the_client_has_gone(case, || HandlerError::from("too late")).await;
    let expected = [
        "started GET /",
        "handler",
        "failed too late",
        "finished 500 Cancelled",
    ];
    expect(case, &expected).await;
}

/// What is left of a body is dropped with the connection. The handler learns of that, and ends.
#[tokio::test]
async fn a_client_that_leaves_before_its_body_is_complete() {
    let case = "half-a-body";
    let handler = move |body: Result<Bytes, BytesRejection>| async move {
        note(case, format!("the body failed: {}", body.is_err()));
    };
    let layer = SignalsLayer::new().run_to_completion();
    let address = serve(Router::new().route("/", post(handler)).layer(layer)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("POST / HTTP/1.1\r\nhost: a\r\nx-case: {case}\r\ncontent-length: 9\r\n\r\nfour");
    stream.write_all(request.as_bytes()).await.unwrap();
    until(case, 1).await;
    drop(stream);
    until(case, 3).await;
    let noted = noted(case);
    assert_eq!(noted[..2], ["started POST /", "the body failed: true"]);
    // The server may have had time for the response.
    assert!(noted[2].starts_with("finished 200 "), "{noted:?}");
}

/// Whose request has started is told of its end, and gets its handler.
#[tokio::test]
async fn a_client_that_leaves_while_the_request_starts() {
    static GO_ON: Notify = Notify::const_new();
    let case = "leaves-at-start";
    let slow = async |started: &RequestStarted<'_>| {
        if case_of(started.request) == "leaves-at-start" {
            note("leaves-at-start", "starting");
            GO_ON.notified().await;
        }
    };
    let _slow = request_started.connect_async(slow);
    let handler = move || async move { note(case, "handler") };
    let layer = SignalsLayer::new().run_to_completion();
    let address = serve(Router::new().route("/", get(handler)).layer(layer)).await;
    let mut client = Client::connect(address).await;
    tokio::select! {
        _ = client.get("/", case) => {}
        () = until(case, 2) => client.leave(),
    }
    sleep(Duration::from_millis(20)).await;
    GO_ON.notify_one();
    let expected = [
        "started GET /",
        "starting",
        "handler",
        "finished 200 Cancelled",
    ];
    expect(case, &expected).await;
}

/// The future of a request whose handler waits, polled once.
fn begun(case: &'static str, go_on: &Arc<Notify>) -> impl Future<Output = ()> + use<> {
    let waits = Arc::clone(go_on);
    let service = service_fn(move |_: http::Request<()>| {
        let waits = Arc::clone(&waits);
        async move {
            let _closes = Closes(case);
            waits.notified().await;
            note(case, "handler is done");
            Ok::<_, Infallible>(http::Response::new(Body::empty()))
        }
    });
    let service = SignalsLayer::new().run_to_completion().layer(service);
    let request = http::Request::builder().uri("/").header("x-case", case);
    let response = service.oneshot(request.body(()).unwrap());
    let mut response = Box::pin(async { drop(response.await) });
    let mut cx = Context::from_waker(Waker::noop());
    assert!(response.as_mut().poll(&mut cx).is_pending());
    response
}

/// Whoever drops it.
#[test]
fn it_goes_on_in_the_runtime_that_it_began_in() {
    let case = "dropped-elsewhere";
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let go_on = Arc::new(Notify::new());
    let response = {
        let _inside = runtime.enter();
        begun(case, &go_on)
    };
    drop(response);
    go_on.notify_one();
    runtime.block_on(expect(
        case,
        &[
            "started GET /",
            "handler is done",
            "closed",
            "finished 200 Cancelled",
        ],
    ));
}

/// There is nobody to go on with it.
#[test]
fn without_a_runtime_it_ends_with_its_client() {
    let case = "no-runtime-completion";
    let response = begun(case, &Arc::new(Notify::new()));
    drop(response);
    let expected = ["started GET /", "closed", "finished - Cancelled"];
    assert_eq!(noted(case), expected);
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
    static GO_ON: Notify = Notify::const_new();

    let case = "own-task-timeout";
    let handler = move || async move {
        GO_ON.notified().await;
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
    GO_ON.notify_one();
    expect(
        case,
        &["started GET /", "handler is done", "finished 200 Cancelled"],
    )
    .await;
}

#[tokio::test]
async fn a_timeout_within_it_stops_the_handler() {
    let case = "timeout-within";
    let handler = move || async move {
        let _closes = Closes(case);
        sleep(Duration::from_secs(10)).await;
    };
    let limit = Duration::from_millis(50);
    let router = Router::new()
        .route("/", get(handler))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            limit,
        ))
        .layer(SignalsLayer::new().run_to_completion());
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    let expected = ["started GET /", "closed", "finished 408 Complete"];
    expect(case, &expected).await;
}

#[tokio::test]
async fn of_two_layers_the_options_of_the_outer_one_count() {
    let plain = SignalsLayer::new;
    let completes = || SignalsLayer::new().run_to_completion();
    for (case, inner, outer, ends) in [
        ("outer-plain", completes(), plain(), "finished - Cancelled"),
        (
            "outer-completes",
            plain(),
            completes(),
            "finished 200 Cancelled",
        ),
    ] {
        let go_on = Arc::new(Notify::new());
        let waits = Arc::clone(&go_on);
        let handler = move || async move {
            let _closes = Closes(case);
            note(case, "handler");
            waits.notified().await;
        };
        let router = Router::new().route("/", get(handler));
        let address = serve(router.layer(inner).layer(outer)).await;
        let mut client = Client::connect(address).await;
        tokio::select! {
            _ = client.get("/", case) => {}
            () = until(case, 2) => client.leave(),
        }
        sleep(Duration::from_millis(50)).await;
        go_on.notify_one();
        expect(case, &["started GET /", "handler", "closed", ends]).await;
    }
}
