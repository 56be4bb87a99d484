//! A handler that goes on without its client stays in the span of its request.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use signals_axum::SignalsLayer;
use tokio::sync::{Notify, mpsc};
use tower::{Layer, ServiceExt, service_fn};
use tracing::Instrument;

fn span() -> &'static str {
    let span = tracing::Span::current();
    span.metadata().map_or("none", |span| span.name())
}

#[tokio::test]
async fn a_handler_is_in_the_span_of_its_request_with_its_client_and_without() {
    let subscriber = tracing_subscriber::registry();
    let _default = tracing::subscriber::set_default(subscriber);
    let (tell, mut told) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let waits = Arc::clone(&go_on);
    let service = service_fn(move |_: Request<()>| {
        let (tell, waits) = (tell.clone(), Arc::clone(&waits));
        async move {
            tell.send((span(), tokio::task::try_id())).unwrap();
            waits.notified().await;
            tell.send((span(), tokio::task::try_id())).unwrap();
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }
    });
    let service = SignalsLayer::new().run_to_completion().layer(service);
    let respond = service.oneshot(Request::new(()));
    let respond = respond.instrument(tracing::info_span!("request"));
    let client = tokio::spawn(respond);

    let (span, task) = told.recv().await.unwrap();
    assert_eq!((span, task), ("request", Some(client.id())));

    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    go_on.notify_one();
    let (span, other_task) = told.recv().await.unwrap();
    assert_eq!(span, "request");
    assert_ne!(other_task, task);
}
