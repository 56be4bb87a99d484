//! What Django itself does at the end of a request: it closes the clients of its caches.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream;
use http::request::Parts;
use signals_axum::SignalsLayer;
use signals_builtin::request::request_finished;
use signals_core::receiver;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{self, chunk, expect, note, noted, serve};

/// A server for caches. It notes who connects and who hangs up, each by the name that it sends first.
async fn cache_server(case: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut name = vec![0; stream.read_u8().await.unwrap().into()];
                stream.read_exact(&mut name).await.unwrap();
                let name = String::from_utf8(name).unwrap();
                note(case, format!("{name} connected"));
                stream.write_all(b"!").await.unwrap();
                let rest = stream.read_to_end(&mut Vec::new()).await;
                assert_eq!(rest.unwrap(), 0);
                note(case, format!("{name} hung up"));
            });
        }
    });
    address
}

/// The clients of an application, which connect when somebody needs them. That of `sessions` is one that
/// stays connected.
#[derive(Clone)]
struct Caches {
    server: SocketAddr,
    clients: Arc<Mutex<BTreeMap<&'static str, TcpStream>>>,
}

impl Caches {
    async fn need(&self, name: &'static str) {
        if self.clients.lock().unwrap().contains_key(name) {
            return;
        }
        let mut stream = TcpStream::connect(self.server).await.unwrap();
        let length = u8::try_from(name.len()).unwrap();
        stream.write_u8(length).await.unwrap();
        stream.write_all(name.as_bytes()).await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), b'!');
        self.clients.lock().unwrap().insert(name, stream);
    }
}

#[receiver(request_finished, sender = SignalsLayer, priority = -1)]
fn close_caches(request: &Parts) {
    if let Some(caches) = request.extensions.get::<Caches>() {
        let mut clients = caches.clients.lock().unwrap();
        clients.retain(|name, _| *name == "sessions");
    }
}

/// The application, on a real server, and how it reaches its caches.
async fn app(case: &'static str) -> SocketAddr {
    let caches = Caches {
        server: cache_server(case).await,
        clients: Arc::default(),
    };
    let page = |Extension(caches): Extension<Caches>| async move {
        caches.need("pages").await;
        caches.need("sessions").await;
        let late = stream::once(async move {
            caches.need("parts").await;
            chunk("page")
        });
        Body::from_stream(late)
    };
    let router = Router::new()
        .route("/cached", get(page))
        .route("/plain", get(async || "page"))
        .layer(SignalsLayer::new())
        .layer(from_fn(move |mut request: Request, next: Next| {
            request.extensions_mut().insert(caches.clone());
            next.run(request)
        }));
    serve(router).await
}

#[tokio::test]
async fn rq16_clients_of_caches_that_need_it_are_closed_when_a_request_is_finished() {
    let case = "rq16";
    let address = app(case).await;
    let begins = [
        "started GET /cached",
        "pages connected",
        "sessions connected",
        "parts connected",
        "finished 200 Complete",
    ];
    let hung_up = |from: usize| {
        let mut hung_up = noted(case).split_off(from);
        hung_up.sort();
        hung_up
    };
    assert_eq!(support::get(address, "/cached", case).await.1, "page");
    support::until(case, 7).await;
    assert_eq!(noted(case)[..5], begins);
    assert_eq!(hung_up(5), ["pages hung up", "parts hung up"]);

    // The next request connects what was closed, and finds what was not.
    assert_eq!(support::get(address, "/cached", case).await.1, "page");
    support::until(case, 13).await;
    let again = [begins[0], begins[1], begins[3], begins[4]];
    assert_eq!(noted(case)[7..11], again);
    assert_eq!(hung_up(11), ["pages hung up", "parts hung up"]);
}

#[tokio::test]
async fn rq17_a_request_that_needs_no_cache_neither_opens_nor_closes_one() {
    let case = "rq17";
    let address = app(case).await;
    support::get(address, "/plain", case).await;
    expect(case, &["started GET /plain", "finished 200 Complete"]).await;
}
