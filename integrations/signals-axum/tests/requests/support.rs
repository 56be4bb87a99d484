//! A server, a client, and a log of the signals of each case.

use std::collections::HashMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::{Stream, StreamExt, stream};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use signals_axum::SignalsLayer;
use signals_builtin::request::{End, got_request_exception, request_finished, request_started};
use signals_core::receiver;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// What happened to the requests of each test, which says its name in the header `x-case`.
static LOG: Mutex<Option<HashMap<String, Vec<String>>>> = Mutex::new(None);

fn log() -> MutexGuard<'static, Option<HashMap<String, Vec<String>>>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn case_of(request: &Parts) -> &str {
    let case = request.headers.get("x-case");
    case.map_or("", |case| case.to_str().unwrap())
}

pub(crate) fn note(case: &str, what: impl Into<String>) {
    let mut log = log();
    let cases = log.get_or_insert_default();
    cases.entry(case.to_owned()).or_default().push(what.into());
}

pub(crate) fn noted(case: &str) -> Vec<String> {
    let mut log = log();
    log.get_or_insert_default()
        .get(case)
        .cloned()
        .unwrap_or_default()
}

#[receiver(request_started, sender = SignalsLayer)]
fn started(request: &Parts) {
    note(
        case_of(request),
        format!("started {} {}", request.method, request.uri),
    );
}

#[receiver(got_request_exception, sender = SignalsLayer)]
fn failed(request: &Parts, error: &dyn Error) {
    note(case_of(request), format!("failed {error}"));
}

#[receiver(request_finished, sender = SignalsLayer)]
fn finished(request: &Parts, status: Option<StatusCode>, end: End) {
    let status = status.map_or("-".to_owned(), |status| status.as_u16().to_string());
    note(case_of(request), format!("finished {status} {end:?}"));
}

/// Waits until so much was noted.
pub(crate) async fn until(case: &str, count: usize) {
    for _ in 0..6000 {
        if noted(case).len() >= count {
            return;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{case}: after thirty seconds {:?}", noted(case));
}

/// Waits until nothing more comes.
pub(crate) async fn until_still<T: PartialEq>(count: impl Fn() -> T) {
    let mut before = None;
    while before.as_ref() != Some(&count()) {
        before = Some(count());
        sleep(Duration::from_millis(300)).await;
    }
}

/// Waits for all of it, and a little for what must not come.
#[track_caller]
pub(crate) fn expect(case: &str, expected: &[&str]) -> impl Future<Output = ()> + use<> {
    let case = case.to_owned();
    let expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
    let caller = std::panic::Location::caller();
    async move {
        until(&case, expected.len()).await;
        sleep(Duration::from_millis(30)).await;
        assert_eq!(noted(&case), expected, "{case} at {caller}");
    }
}

/// Where it listens.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A connection that is kept alive.
pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
    connection: JoinHandle<()>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(async move {
            let _ = connection.await;
        });
        Self { sender, connection }
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        case: &str,
    ) -> hyper::Result<Response<Incoming>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("x-case", case)
            .body(Empty::new())
            .unwrap();
        self.sender.ready().await?;
        timeout(Duration::from_secs(10), self.sender.send_request(request))
            .await
            .unwrap()
    }

    pub(crate) async fn get(
        &mut self,
        path: &str,
        case: &str,
    ) -> hyper::Result<Response<Incoming>> {
        self.send(Method::GET, path, case).await
    }

    /// Goes away, whatever is on its way.
    pub(crate) fn leave(self) {
        self.connection.abort();
    }
}

pub(crate) async fn text(response: Response<Incoming>) -> Result<String, hyper::Error> {
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(body.to_vec()).unwrap())
}

/// One request on a connection of its own: status and body.
pub(crate) async fn get(address: SocketAddr, path: &str, case: &str) -> (StatusCode, String) {
    let mut client = Client::connect(address).await;
    let response = client.get(path, case).await.unwrap();
    (response.status(), text(response).await.unwrap())
}

/// What comes back for these bytes until the server closes the connection.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    read.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) type Chunk = Result<Bytes, std::io::Error>;

#[expect(clippy::unnecessary_wraps, reason = "as streams want it")]
pub(crate) fn chunk(text: &'static str) -> Chunk {
    Ok(Bytes::from_static(text.as_bytes()))
}

/// So many chunks, with a note for each.
pub(crate) fn chunks(case: &str, count: u32) -> impl Stream<Item = Chunk> + use<> {
    let case = case.to_owned();
    stream::iter(0..count).then(move |number| {
        let case = case.clone();
        async move {
            tokio::task::yield_now().await;
            note(&case, format!("chunk {number}"));
            chunk("chunk ")
        }
    })
}

/// Notes when it is dropped.
pub(crate) struct Closes(pub(crate) &'static str);

impl Drop for Closes {
    fn drop(&mut self) {
        note(self.0, "closed");
    }
}

/// A body of a stream that holds something.
pub(crate) fn holding<H, S>(held: H, stream: S) -> Body
where
    H: Send + 'static,
    S: Stream<Item = Chunk> + Send + 'static,
{
    let stream = Box::pin(stream);
    Body::from_stream(stream::unfold(
        (held, stream),
        |(held, mut stream)| async move {
            let item = stream.next().await?;
            Some((item, (held, stream)))
        },
    ))
}
