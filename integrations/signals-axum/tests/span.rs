//! A handler on a task of its own stays in the span of its request.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use signals_axum::SignalsLayer;
use tower::{Layer, ServiceExt, service_fn};
use tracing::Instrument;

#[tokio::test]
async fn a_handler_on_its_own_task_is_in_the_span_of_its_request() {
    let subscriber = tracing_subscriber::registry();
    let _default = tracing::subscriber::set_default(subscriber);
    let service = service_fn(|_: Request<()>| async {
        let span = tracing::Span::current();
        let name = span.metadata().map_or("none", |span| span.name());
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(
            name.as_bytes(),
        ))))
    });
    let service = SignalsLayer::new().run_to_completion().layer(service);
    let respond = service.oneshot(Request::new(()));
    let response = respond
        .instrument(tracing::info_span!("request"))
        .await
        .unwrap();
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap();
    assert_eq!(body.to_bytes(), "request");
}
