//! The layer by itself, without a server.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use signals_axum::SignalsLayer;
use signals_builtin::request::{GotRequestException, got_request_exception};
use signals_core::BoxError;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::support::{Closes, case_of, expect, note, noted};

fn request(case: &str) -> Request<()> {
    Request::builder()
        .uri("/")
        .header("x-case", case)
        .body(())
        .unwrap()
}

/// Frames that were thought of before; then panics if it is asked again.
struct Frames(std::vec::IntoIter<Result<Frame<Bytes>, io::Error>>, bool);

impl Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        assert!(!self.1, "asked after the end");
        let next = self.0.next();
        self.1 = next.is_none();
        Poll::Ready(next)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(3)
    }
}

fn frames(frames: Vec<Result<Frame<Bytes>, io::Error>>) -> Frames {
    Frames(frames.into_iter(), false)
}

#[expect(clippy::unnecessary_wraps, reason = "as `Frames` wants it")]
fn one() -> Result<Frame<Bytes>, io::Error> {
    Ok(Frame::data(Bytes::from_static(b"one")))
}

async fn respond(
    case: &str,
    body: impl FnOnce() -> Frames + Clone + Send + 'static,
) -> signals_axum::SignalsBody<Frames> {
    let service = service_fn(move |_: Request<()>| {
        let body = body.clone();
        async move { Ok::<_, Infallible>(Response::new(body())) }
    });
    let response = SignalsLayer::new()
        .layer(service)
        .oneshot(request(case))
        .await;
    response.unwrap().into_body()
}

#[tokio::test]
async fn a_body_is_not_asked_again_after_its_end() {
    let case = "after-end";
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    let body = respond(case, move || {
        frames(vec![one(), Ok(Frame::trailers(trailers))])
    })
    .await;
    let mut body = std::pin::pin!(body);
    assert_eq!(body.size_hint().exact(), Some(3));
    assert!(!body.is_end_stream());
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "one"
    );
    let trailers = body
        .frame()
        .await
        .unwrap()
        .unwrap()
        .into_trailers()
        .unwrap();
    assert_eq!(trailers["x-sum"], "1");
    for _ in 0..3 {
        assert!(body.frame().await.is_none());
    }
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    expect(case, &["started GET /", "finished 200 Complete"]).await;
}

#[tokio::test]
async fn a_body_is_not_asked_again_after_an_error() {
    let case = "after-error";
    let body = respond(case, || {
        frames(vec![Err(io::Error::other("disk full")), one()])
    })
    .await;
    let mut body = std::pin::pin!(body);
    let error = body.frame().await.unwrap().unwrap_err();
    let source = error.source().unwrap().downcast_ref::<io::Error>();
    assert_eq!(source.unwrap().to_string(), "disk full");
    assert!(body.frame().await.is_none());
    expect(
        case,
        &["started GET /", "failed disk full", "finished 200 Failed"],
    )
    .await;
}

#[tokio::test]
async fn a_body_that_nobody_reads() {
    let case = "unread";
    drop(respond(case, || frames(vec![one()])).await);
    expect(case, &["started GET /", "finished 200 BodyDropped"]).await;
}

#[tokio::test]
async fn a_body_that_is_read_as_far_as_its_length_goes() {
    let case = "length";
    let service = service_fn(|_: Request<()>| async {
        let body = frames(vec![one(), one()]);
        let response = Response::builder().header("content-length", "6").body(body);
        Ok::<_, Infallible>(response.unwrap())
    });
    for (frames, end) in [(1, "BodyDropped"), (2, "Complete")] {
        let case = format!("{case}-{frames}");
        let service = SignalsLayer::new().layer(service);
        let mut body = service.oneshot(request(&case)).await.unwrap().into_body();
        for _ in 0..frames {
            body.frame().await.unwrap().unwrap();
        }
        drop(body);
        expect(&case, &["started GET /", &format!("finished 200 {end}")]).await;
    }
}

#[tokio::test]
async fn an_error_of_the_service_is_told_of_and_given_back() {
    let case = "service-fails";
    let _kind = got_request_exception.connect(|failed: &GotRequestException<'_>| {
        if case_of(failed.request) == "service-fails" {
            let is_known = failed.error.is::<io::Error>();
            note("service-fails", format!("known: {is_known}"));
        }
    });
    let boxed = service_fn(|_: Request<()>| async {
        Err::<Response<Full<Bytes>>, BoxError>(io::Error::other("no connection").into())
    });
    let error = SignalsLayer::new()
        .layer(boxed)
        .oneshot(request(case))
        .await
        .unwrap_err();
    assert!(error.is::<io::Error>());
    let expected = [
        "started GET /",
        "failed no connection",
        "known: true",
        "finished - Failed",
    ];
    expect(case, &expected).await;

    // Any other is known by what it says.
    let case = "service-fails-otherwise";
    let said =
        service_fn(|_: Request<()>| async { Err::<Response<Full<Bytes>>, &str>("no connection") });
    let error = SignalsLayer::new()
        .layer(said)
        .oneshot(request(case))
        .await
        .unwrap_err();
    assert_eq!(error, "no connection");
    expect(
        case,
        &["started GET /", "failed no connection", "finished - Failed"],
    )
    .await;
}

#[tokio::test]
async fn a_future_that_is_dropped_before_it_is_polled_sends_nothing() {
    let service = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
    });
    let mut service = SignalsLayer::new().layer(service);
    service.ready().await.unwrap();
    drop(service.call(request("unpolled")));
    expect("unpolled", &[]).await;
}

/// The one that is called is the one that said it is ready.
#[tokio::test]
async fn the_service_that_is_ready_is_called() {
    struct Picky(bool);

    impl Clone for Picky {
        fn clone(&self) -> Self {
            Self(false)
        }
    }

    impl Service<Request<()>> for Picky {
        type Response = Response<Full<Bytes>>;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Self::Response, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            self.0 = true;
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            assert!(self.0);
            std::future::ready(Ok(Response::new(Full::new(Bytes::new()))))
        }
    }

    let mut service = SignalsLayer::new().layer(Picky(false));
    for _ in 0..2 {
        poll_fn(|cx| service.poll_ready(cx)).await.unwrap();
        service.call(request("ready")).await.unwrap();
    }
}

/// On no runtime, what can run without one does.
#[test]
fn without_a_runtime() {
    let case = "no-runtime";
    let service = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"hello"))))
    });
    let response = SignalsLayer::new()
        .layer(service)
        .oneshot(request(case))
        .now_or_never();
    let mut body = response.unwrap().unwrap().into_body();
    let mut cx = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut body).poll_frame(&mut cx).is_ready());
    drop(body);
    assert_eq!(noted(case), ["started GET /", "finished 200 Complete"]);
}

async fn never(_: Request<()>) -> Result<Response<Full<Bytes>>, Infallible> {
    let _closes = Closes("runtime-stops");
    pending().await
}

/// The end of the runtime is the end of all its requests.
#[test]
fn a_runtime_that_stops() {
    let case = "runtime-stops";
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for layer in [SignalsLayer::new(), SignalsLayer::new().run_to_completion()] {
        let service = layer.layer(service_fn(never));
        runtime.spawn(service.oneshot(request(case)));
    }
    runtime.block_on(crate::support::until(case, 2));
    runtime.shutdown_timeout(Duration::from_secs(5));
    let mut noted = noted(case);
    noted.sort();
    let twice = |line| [line, line];
    let expected = ["closed", "finished - Cancelled", "started GET /"]
        .map(twice)
        .concat();
    assert_eq!(noted, expected);
}

/// A websocket over HTTP/2, or a tunnel.
#[tokio::test]
async fn a_connect_that_succeeds_is_an_upgrade() {
    let service = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
    });
    let mut request = request("connect");
    *request.method_mut() = http::Method::CONNECT;
    let response = SignalsLayer::new()
        .layer(service)
        .oneshot(request)
        .await
        .unwrap();
    expect("connect", &["started CONNECT /", "finished 200 Upgraded"]).await;
    drop(response);
    expect("connect", &["started CONNECT /", "finished 200 Upgraded"]).await;
}
