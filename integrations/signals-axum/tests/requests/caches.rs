//! What Django itself does at the end of a request: it closes the clients of its caches.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use futures_util::stream;
use http_body_util::BodyExt;
use signals_axum::SignalsLayer;
use signals_builtin::request::request_finished;
use signals_core::{receiver, state};
use tower::ServiceExt;

use crate::support::{chunk, expect, note};

/// Clients of caches, which are opened when somebody needs them. That of `sessions` stays open.
#[derive(Clone)]
struct Caches {
    case: &'static str,
    open: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Caches {
    fn scoped(case: &'static str) -> state::ScopedState {
        let open = Arc::default();
        state::scoped(Self { case, open })
    }

    fn need(&self, name: &'static str) {
        if self.open.lock().unwrap().insert(name) {
            note(self.case, format!("opened {name}"));
        }
    }
}

#[receiver(request_finished, sender = SignalsLayer, priority = -1)]
fn close_caches() {
    let Some(caches) = state::get::<Caches>() else {
        return; // another test
    };
    caches.open.lock().unwrap().retain(|name| {
        let stays = *name == "sessions";
        if !stays {
            note(caches.case, format!("closed {name}"));
        }
        stays
    });
}

/// The whole of one request, in the scope of the test.
async fn request(path: &str, case: &str) {
    let cached = || async {
        let caches = state::get::<Caches>().unwrap();
        caches.need("pages");
        caches.need("sessions");
        let late = stream::once(async move {
            caches.need("parts");
            chunk("page")
        });
        Body::from_stream(late)
    };
    let app = Router::new()
        .route("/cached", get(cached))
        .route("/plain", get(async || "page"))
        .layer(SignalsLayer::new());
    let request = Request::builder().uri(path).header("x-case", case);
    let request = request.body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "page"
    );
}

#[tokio::test]
async fn rq16_clients_of_caches_that_need_it_are_closed_when_a_request_is_finished() {
    let case = "rq16";
    let _caches = Caches::scoped(case);
    let mut expected = vec![
        "started GET /cached",
        "opened pages",
        "opened sessions",
        "opened parts",
        "finished 200 Complete",
        "closed pages",
        "closed parts",
    ];
    request("/cached", case).await;
    expect(case, &expected).await;

    // The next request opens what was closed, and finds what was not.
    request("/cached", case).await;
    expected.extend_from_within(..);
    let again = expected.iter().rposition(|line| *line == "opened sessions");
    expected.remove(again.unwrap());
    expect(case, &expected).await;
}

#[tokio::test]
async fn rq17_a_request_that_needs_no_cache_neither_opens_nor_closes_one() {
    let case = "rq17";
    let _caches = Caches::scoped(case);
    request("/plain", case).await;
    expect(case, &["started GET /plain", "finished 200 Complete"]).await;
}
