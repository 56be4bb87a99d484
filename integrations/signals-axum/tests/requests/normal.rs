//! Requests that go well.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use http::{Method, StatusCode};
use signals_axum::SignalsLayer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tower_http::services::ServeFile;

use crate::support;
use crate::support::{Client, Closes, chunk, chunks, expect, holding, note, raw, serve, text};

fn app(router: Router) -> Router {
    router.layer(SignalsLayer::new())
}

#[tokio::test]
async fn rq01_started_then_finished_with_the_request() {
    let case = "rq01";
    let hello = move || async move {
        note(case, "handler");
        "hello"
    };
    let address = serve(app(Router::new().route("/hello", get(hello)))).await;
    let (status, body) = support::get(address, "/hello?a=1", case).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "hello"));
    expect(
        case,
        &["started GET /hello?a=1", "handler", "finished 200 Complete"],
    )
    .await;
}

#[tokio::test]
async fn rq02_a_stream_is_finished_after_its_last_chunk() {
    let case = "rq02";
    let stream = move || async move { Body::from_stream(chunks(case, 3)) };
    let address = serve(app(Router::new().route("/", get(stream)))).await;
    let (_, body) = support::get(address, "/", case).await;
    assert_eq!(body, "chunk chunk chunk ");
    let expected = [
        "started GET /",
        "chunk 0",
        "chunk 1",
        "chunk 2",
        "finished 200 Complete",
    ];
    expect(case, &expected).await;
}

#[tokio::test]
async fn rq03_a_file_finishes_once() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let address = serve(app(Router::new().route_service("/", ServeFile::new(file)))).await;
    let (_, body) = support::get(address, "/", "rq03").await;
    assert!(body.contains("signals-axum"));
    expect("rq03", &["started GET /", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn rq04_what_a_stream_holds_is_closed_before_it_is_finished() {
    let case = "rq04";
    let stream =
        move || async move { holding(Closes(case), stream::iter([chunk("a"), chunk("b")])) };
    let address = serve(app(Router::new().route("/", get(stream)))).await;
    support::get(address, "/", case).await;
    expect(case, &["started GET /", "closed", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn rq05_what_a_plain_response_holds_is_closed_before_it_is_finished() {
    let case = "rq05";
    // Its length is known, so that the server never asks for its end.
    let plain = move || async move {
        let body = holding(Closes(case), stream::iter([chunk("four")]));
        Response::builder()
            .header("content-length", "4")
            .body(body)
            .unwrap()
    };
    let address = serve(app(Router::new().route("/", get(plain)))).await;
    let (_, body) = support::get(address, "/", case).await;
    assert_eq!(body, "four");
    expect(case, &["started GET /", "closed", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn rq09_what_is_too_big_is_refused_and_finished_once() {
    let case = "rq09";
    let router = Router::new()
        .route(
            "/",
            post(|body: Bytes| async move { body.len().to_string() }),
        )
        .layer(DefaultBodyLimit::max(10));
    let address = serve(app(router)).await;
    let head = "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-case: rq09\r\n";
    let answer = raw(
        address,
        &format!("{head}content-length: 20\r\n\r\n{}", "x".repeat(20)),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    expect(case, &["started POST /", "finished 413 Complete"]).await;
}

/// The server answers by itself.
#[tokio::test]
async fn rq09_what_is_no_request_sends_nothing() {
    let address = serve(app(Router::new().route("/", get(async || "hello")))).await;
    let answer = raw(address, "GET / HTTP/9.9\r\nx-case: rq09-b\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    expect("rq09-b", &[]).await;
}

#[tokio::test]
async fn not_found_and_not_allowed_are_no_errors() {
    let address = serve(app(Router::new().route("/", get(async || "hello")))).await;
    let mut client = Client::connect(address).await;
    text(client.send(Method::POST, "/", "405").await.unwrap())
        .await
        .unwrap();
    expect("405", &["started POST /", "finished 405 Complete"]).await;

    let router = Router::new().fallback(async || StatusCode::NOT_FOUND);
    let address = serve(app(router)).await;
    support::get(address, "/no", "404").await;
    expect("404", &["started GET /no", "finished 404 Complete"]).await;
}

#[tokio::test]
async fn an_empty_response_is_finished() {
    let router = Router::new()
        .route("/empty", get(async || ()))
        .route("/204", get(async || StatusCode::NO_CONTENT))
        // With a body that must not be sent.
        .route(
            "/304",
            get(async || (StatusCode::NOT_MODIFIED, Body::from_stream(chunks("", 2)))),
        );
    let address = serve(app(router)).await;
    let mut client = Client::connect(address).await;
    for path in ["/empty", "/204", "/304"] {
        let body = text(client.get(path, path).await.unwrap()).await.unwrap();
        assert_eq!(body, "");
    }
    expect("/empty", &["started GET /empty", "finished 200 Complete"]).await;
    expect("/204", &["started GET /204", "finished 204 Complete"]).await;
    expect("/304", &["started GET /304", "finished 304 Complete"]).await;
}

#[tokio::test]
async fn head_is_finished_also_that_of_a_stream() {
    let case = "head";
    let router = Router::new().route("/", get(async || "hello")).route(
        "/stream",
        get(move || async move { Body::from_stream(chunks(case, 3)) }),
    );
    // A service that does not take the body away, as a router does.
    let whole = tower::ServiceBuilder::new().layer(SignalsLayer::new());
    let bare = whole.service_fn(|_: axum::extract::Request| async {
        Ok::<_, std::convert::Infallible>(Response::new(Body::from_stream(chunks("head-c", 3))))
    });
    let address = serve(app(router).route_service("/bare", bare)).await;
    let mut client = Client::connect(address).await;
    for (path, case) in [("/", case), ("/stream", "head-b"), ("/bare", "head-c")] {
        let response = client.send(Method::HEAD, path, case).await.unwrap();
        assert_eq!(text(response).await.unwrap(), "");
    }
    expect(case, &["started HEAD /", "finished 200 Complete"]).await;
    expect("head-b", &["started HEAD /stream", "finished 200 Complete"]).await;
    expect("head-c", &["started HEAD /bare", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn a_connection_that_is_kept_has_many_requests() {
    let case = "keep-alive";
    let address = serve(app(Router::new().route("/{number}", get(async || "hello")))).await;
    let mut client = Client::connect(address).await;
    for number in 0..3 {
        text(client.get(&format!("/{number}"), case).await.unwrap())
            .await
            .unwrap();
        support::until(case, 2 * number + 2).await;
    }
    let one = |number| {
        [
            format!("started GET /{number}"),
            "finished 200 Complete".to_owned(),
        ]
    };
    let expected: Vec<String> = (0..3).flat_map(one).collect();
    expect(
        case,
        &expected.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
}

/// The end of the body is the end of the connection.
#[tokio::test]
async fn http_1_0() {
    let case = "http-1.0";
    let router = Router::new().route("/", get(async || "hello")).route(
        "/stream",
        get(async || Body::from_stream(stream::iter([chunk("a"), chunk("b")]))),
    );
    let address = serve(app(router)).await;
    for path in ["/", "/stream"] {
        let request = format!("GET {path} HTTP/1.0\r\nx-case: {case}{path}\r\n\r\n");
        let answer = raw(address, &request).await;
        assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    }
    expect("http-1.0/", &["started GET /", "finished 200 Complete"]).await;
    expect(
        "http-1.0/stream",
        &["started GET /stream", "finished 200 Complete"],
    )
    .await;
}

#[tokio::test]
async fn a_websocket_is_finished_when_it_begins() {
    websocket("websocket", SignalsLayer::new()).await;
    let layer = SignalsLayer::new().run_to_completion();
    websocket("websocket-to-completion", layer).await;
}

async fn websocket(case: &'static str, layer: SignalsLayer) {
    let upgrade = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                let _ = socket.send(Message::Text(text)).await;
            }
            note(case, "closed");
        })
    };
    let address = serve(Router::new().route("/", get(upgrade)).layer(layer)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let upgrade = format!(
        "GET / HTTP/1.1\r\nhost: a\r\nx-case: {case}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    expect(case, &["started GET /", "finished 101 Upgraded"]).await;

    // It still talks: a text of two bytes, masked with zeros, comes back.
    stream
        .write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'])
        .await
        .unwrap();
    let mut echo = [0; 4];
    stream.read_exact(&mut echo).await.unwrap();
    assert_eq!(&echo, b"\x81\x02hi");
    drop(stream);
    expect(case, &["started GET /", "finished 101 Upgraded", "closed"]).await;
}

#[tokio::test]
async fn a_layer_within_a_layer_sends_nothing() {
    let case = "twice";
    let inner = Router::new()
        .route(
            "/inner",
            get(move || async move { Body::from_stream(chunks(case, 1)) }),
        )
        .layer(SignalsLayer::new());
    let address = serve(app(Router::new().nest("/outer", inner)).layer(SignalsLayer::new())).await;
    support::get(address, "/outer/inner", case).await;
    expect(
        case,
        &[
            "started GET /outer/inner",
            "chunk 0",
            "finished 200 Complete",
        ],
    )
    .await;
}

#[tokio::test]
async fn the_client_does_not_wait_for_the_receivers_of_finished() {
    use signals_builtin::request::{RequestFinished, request_finished};

    static GO_ON: Notify = Notify::const_new();

    let case = "not-waiting";
    let slow = async |finished: &RequestFinished<'_>| {
        if support::case_of(finished.request) == "not-waiting" {
            GO_ON.notified().await;
            note("not-waiting", "slow");
        }
    };
    let _slow = request_finished.connect_async(slow);
    let address = serve(app(Router::new().route("/", get(async || "hello")))).await;
    support::get(address, "/", case).await;
    GO_ON.notify_one();
    support::until(case, 3).await;
}

/// An endless body that the client reads as it comes.
#[tokio::test]
async fn chunks_arrive_before_the_end() {
    let case = "as-it-comes";
    let endless = move || async move {
        Body::from_stream(stream::once(async { chunk("first") }).chain(stream::pending()))
    };
    let address = serve(app(Router::new().route("/", get(endless)))).await;
    let mut client = Client::connect(address).await;
    let response = client.get("/", case).await.unwrap();
    let mut body = response.into_body();
    let frame = http_body_util::BodyExt::frame(&mut body)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(frame.into_data().unwrap(), "first");
    expect(case, &["started GET /"]).await;
    client.leave();
    expect(case, &["started GET /", "finished 200 BodyDropped"]).await;
}
