//! Clients that go away.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use signals_axum::SignalsLayer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::sleep;
use tower_http::timeout::TimeoutLayer;

use crate::support::{self, Client, Closes, chunk, expect, holding, note, noted, serve, until};

fn app(router: Router) -> Router {
    router.layer(SignalsLayer::new())
}

/// A handler that never ends, and notes when it is dropped.
async fn waits(case: &'static str) -> &'static str {
    let _closes = Closes(case);
    note(case, "handler");
    std::future::pending::<Infallible>().await;
    "never"
}

#[tokio::test]
async fn rq07_a_client_that_leaves_during_the_handler_cancels_it() {
    let case = "rq07";
    let router = Router::new()
        .route("/", get(move || waits(case)))
        .route("/fine", get(async || "fine"));
    let address = serve(app(router)).await;
    support::get(address, "/fine", "rq07-fine").await;
    expect("rq07-fine", &["started GET /fine", "finished 200 Complete"]).await;

    let mut client = Client::connect(address).await;
    let request = tokio::spawn(async move {
        tokio::select! {
            _ = client.get("/", case) => {}
            () = until(case, 2) => client.leave(),
        }
    });
    request.await.unwrap();
    expect(
        case,
        &["started GET /", "handler", "closed", "finished - Cancelled"],
    )
    .await;
}

#[tokio::test]
async fn rq08_a_client_that_leaves_during_the_stream() {
    let case = "rq08";
    let endless = move || async move {
        let stream = stream::iter([chunk("a")]).chain(stream::pending());
        holding(Closes(case), stream)
    };
    let address = serve(app(Router::new().route("/", get(endless)))).await;
    let mut client = Client::connect(address).await;
    let response = client.get("/", case).await.unwrap();
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    client.leave();
    expect(
        case,
        &["started GET /", "closed", "finished 200 BodyDropped"],
    )
    .await;
}

#[tokio::test]
async fn rq08_a_stream_is_reset_over_http_2() {
    let case = "rq08-h2";
    let endless = move || async move {
        let stream = stream::iter([chunk("a")]).chain(stream::pending());
        holding(Closes(case), stream)
    };
    let router = Router::new()
        .route("/", get(endless))
        .route("/fine", get(async || "fine"))
        .route("/waits", get(|| waits("h2-waits")));
    let address = serve(app(router)).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let io = TokioIo::new(stream);
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
    let (mut sender, connection) = handshake.unwrap();
    tokio::spawn(connection);
    let request = |path: &str, case: &str| {
        http::Request::builder()
            .uri(format!("http://localhost{path}"))
            .header("x-case", case)
            .body(http_body_util::Empty::<Bytes>::new())
            .unwrap()
    };

    let response = sender.send_request(request("/", case)).await.unwrap();
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    drop(body);
    let uri = "http://localhost/";
    let expected = [
        &format!("started GET {uri}"),
        "closed",
        "finished 200 BodyDropped",
    ];
    expect(case, &expected).await;

    tokio::select! {
        _ = sender.send_request(request("/waits", "h2-waits")) => {}
        () = until("h2-waits", 2) => {}
    }
    let expected = [
        &format!("started GET {uri}waits"),
        "handler",
        "closed",
        "finished - Cancelled",
    ];
    expect("h2-waits", &expected).await;

    // The connection is still good.
    let response = sender
        .send_request(request("/fine", "h2-fine"))
        .await
        .unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "fine"
    );
    let expected = [&format!("started GET {uri}fine"), "finished 200 Complete"];
    expect("h2-fine", &expected).await;
}

/// The body is read by the handler, so that the request has started.
#[tokio::test]
async fn rq11_a_client_that_leaves_before_its_body_is_complete() {
    let case = "rq11-body";
    let router = Router::new().route("/", post(|body: Bytes| async move { body }));
    let address = serve(app(router)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        "POST / HTTP/1.1\r\nhost: a\r\nx-case: rq11-body\r\ncontent-length: 9\r\n\r\nfour";
    stream.write_all(request.as_bytes()).await.unwrap();
    until(case, 1).await;
    drop(stream);
    until(case, 2).await;
    sleep(Duration::from_millis(30)).await;
    let noted = noted(case);
    // The handler may see the end of the body before it is dropped.
    let ends = [
        "finished - Cancelled",
        "finished 400 Complete",
        "finished 400 BodyDropped",
    ];
    assert!(noted.len() == 2 && ends.contains(&&*noted[1]), "{noted:?}");
}

/// Each started, and each finished once, wherever the client left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rq11_clients_that_leave_at_any_moment() {
    let slow = async || {
        sleep(Duration::from_micros(500)).await;
        let chunks = stream::iter(0..3).then(async |_| {
            sleep(Duration::from_micros(300)).await;
            chunk("chunk")
        });
        Body::from_stream(Box::pin(chunks))
    };
    let address = serve(app(Router::new().route("/", get(slow)))).await;
    let cases: Vec<String> = (0..300).map(|number| format!("rq11-{number}")).collect();
    for (number, case) in (0..).zip(&cases) {
        let mut client = Client::connect(address).await;
        if number % 5 == 0 {
            // As soon as there is a response, however long that takes.
            drop(client.get("/", case).await.unwrap());
        } else {
            let patience = Duration::from_micros(number * 15 % 3000);
            let _ = tokio::time::timeout(patience, async {
                support::text(client.get("/", case).await?).await
            })
            .await;
        }
        client.leave();
    }
    let lines = || cases.iter().map(|case| noted(case).len()).sum::<usize>();
    support::until_still(lines).await;
    let mut ends = std::collections::BTreeMap::<String, u32>::new();
    for case in &cases {
        let noted = noted(case);
        let is_finished = |line: &&String| line.starts_with("finished");
        let finished = noted.iter().filter(is_finished).count();
        let started = noted
            .iter()
            .filter(|line| line.starts_with("started"))
            .count();
        assert_eq!(
            (started, noted.len()),
            (finished, started + finished),
            "{case}: {noted:?}"
        );
        assert!(started <= 1, "{case}: {noted:?}");
        let end = noted.last().cloned().unwrap_or_default();
        *ends.entry(end).or_default() += 1;
    }
    // They left at all of these moments.
    for end in ["finished - Cancelled", "finished 200 BodyDropped"] {
        assert!(ends.contains_key(end), "{ends:?}");
    }
}

#[tokio::test]
async fn a_timeout_around_the_layer_cancels() {
    let case = "timeout-outside";
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(50));
    let router = app(Router::new().route("/", get(move || waits(case)))).layer(timeout);
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    expect(
        case,
        &["started GET /", "handler", "closed", "finished - Cancelled"],
    )
    .await;
}

#[tokio::test]
async fn a_timeout_inside_of_the_layer_is_a_response() {
    let case = "timeout-inside";
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(50));
    let router = app(Router::new()
        .route("/", get(move || waits(case)))
        .layer(timeout));
    let (status, _) = support::get(serve(router).await, "/", case).await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    let expected = [
        "started GET /",
        "handler",
        "closed",
        "failed the response has the status 504 Gateway Timeout",
        "finished 504 Complete",
    ];
    expect(case, &expected).await;
}

/// Whoever is told of an error is told, though the client did not wait for it.
#[tokio::test]
async fn a_client_that_leaves_while_an_error_is_told() {
    use signals_builtin::request::{GotRequestException, got_request_exception};

    let case = "leaves-while-told";
    let left = Arc::new(Notify::new());
    let gate = Arc::clone(&left);
    let _slow = got_request_exception.connect_boxed(move |failed: &GotRequestException<'_>| {
        let is_it = support::case_of(failed.request) == "leaves-while-told";
        let gate = Arc::clone(&gate);
        Box::pin(async move {
            if is_it {
                note("leaves-while-told", "telling");
                gate.notified().await;
                note("leaves-while-told", "told");
            }
        })
    });
    let failing = async || StatusCode::INTERNAL_SERVER_ERROR;
    let address = serve(app(Router::new().route("/", get(failing)))).await;
    let mut client = Client::connect(address).await;
    tokio::select! {
        _ = client.get("/", case) => {}
        () = until(case, 3) => client.leave(),
    }
    sleep(Duration::from_millis(50)).await;
    left.notify_one();
    let expected = [
        "started GET /",
        "failed the response has the status 500 Internal Server Error",
        "telling",
        "told",
        "finished 500 Cancelled",
    ];
    expect(case, &expected).await;
}
