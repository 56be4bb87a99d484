//! A handler that goes on without its client stays in the span of its request.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use signals_axum::{SignalsLayer, flush};
use tokio::sync::Notify;
use tokio::time::timeout;
use tower::{Layer, Service, service_fn};
use tracing::subscriber::DefaultGuard;
use tracing::{Instrument, Span};

/// The name of the span that each part of the handler was in.
type Spans = Arc<Mutex<Vec<&'static str>>>;

fn here(spans: &Spans) {
    let name = Span::current()
        .metadata()
        .map_or("none", |span| span.name());
    spans.lock().unwrap().push(name);
}

fn recorded() -> DefaultGuard {
    tracing::subscriber::set_default(tracing_subscriber::registry())
}

/// The future of a request whose handler has two parts, and waits between them.
fn respond(spans: &Spans, go_on: &Arc<Notify>) -> impl Future<Output = ()> + use<> {
    let (spans, go_on) = (Arc::clone(spans), Arc::clone(go_on));
    let handler = service_fn(move |_: Request<()>| {
        let (spans, go_on) = (Arc::clone(&spans), Arc::clone(&go_on));
        async move {
            here(&spans);
            go_on.notified().await;
            here(&spans);
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
        }
    });
    let mut service = SignalsLayer::new().run_to_completion().layer(handler);
    let response = service.call(Request::new(()));
    async move { drop(response.await) }
}

/// As a layer does that calls the service first, and puts the future in a span then.
#[tokio::test]
async fn a_handler_is_in_the_span_that_polls_it() {
    let _recorded = recorded();
    let (spans, go_on) = (Spans::default(), Arc::default());
    let response = tracing::info_span!("connection").in_scope(|| respond(&spans, &go_on));
    go_on.notify_one();
    response.instrument(tracing::info_span!("request")).await;
    assert_eq!(*spans.lock().unwrap(), ["request", "request"]);
}

#[tokio::test]
async fn a_handler_on_its_own_task_is_in_the_span_of_its_request() {
    let _recorded = recorded();
    let (spans, go_on) = (Spans::default(), Arc::default());
    let response = respond(&spans, &go_on).instrument(tracing::info_span!("request"));
    let response = timeout(Duration::from_millis(10), response);
    response.await.unwrap_err();
    go_on.notify_one();
    flush(Duration::from_secs(10)).await.unwrap();
    assert_eq!(*spans.lock().unwrap(), ["request", "request"]);
}
