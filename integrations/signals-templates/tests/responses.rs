//! What the responses of a service render, each by itself, as Django's test client has it in
//! `response.templates` and `response.context`.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::routing::get;
use minijinja::{Environment, Value};
use signals_axum::SignalsLayer;
use signals_builtin::testing::{AnyContext, template_rendered};
use signals_core::receiver;
use signals_templates::minijinja::Templates;
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio::task::spawn_blocking;

/// A template, and its context.
type Rendered = (String, Value);

/// A template, and the `n` of its context.
type Seen = (String, Value);

/// What was rendered for each path.
static RENDERED: Mutex<BTreeMap<String, Vec<Rendered>>> = Mutex::new(BTreeMap::new());

/// It knows of the response by the request in its scope alone.
#[receiver(template_rendered)]
fn collect(template: Option<&str>, context: &dyn AnyContext, #[state] request: &Parts) {
    let context: &Value = context.downcast_ref().unwrap();
    let mut rendered = RENDERED.lock().unwrap();
    rendered
        .entry(request.uri.path().to_owned())
        .or_default()
        .push((template.unwrap().to_owned(), context.clone()));
}

/// Asked for when the response is there and the handler has gone.
fn rendered(path: &str) -> Vec<Seen> {
    let rendered = RENDERED.lock().unwrap();
    let seen = rendered.get(path).into_iter().flatten();
    seen.map(|(template, context)| (template.clone(), context.get_attr("n").unwrap()))
        .collect()
}

fn seen<const N: usize>(expected: [(&str, u32); N]) -> Vec<Seen> {
    expected
        .map(|(template, n)| (template.to_owned(), Value::from(n)))
        .into()
}

#[derive(Clone)]
struct App {
    templates: Templates,
    /// Two requests are at the same place at once.
    both: Arc<Barrier>,
}

impl App {
    fn render(&self, template: &str, context: &BTreeMap<&'static str, u32>) -> String {
        self.templates.render(template, context.clone()).unwrap()
    }
}

/// No template.
async fn none() -> &'static str {
    "none"
}

/// One, with what it extends and includes.
async fn one(State(app): State<App>, Path(n): Path<u32>) -> String {
    app.render("child.html", &BTreeMap::from([("n", n)]))
}

/// Several, and between them the context changes, and the other request renders.
async fn several(State(app): State<App>, Path(n): Path<u32>) -> String {
    let mut context = BTreeMap::from([("n", n)]);
    let mut page = app.render("child.html", &context);
    for _ in 0..2 {
        app.both.wait().await;
        context.entry("n").and_modify(|n| *n += 1);
        page += &app.render("plain.html", &context);
    }
    app.both.wait().await;
    context.clear();
    page
}

async fn serve() -> SocketAddr {
    let mut env = Environment::new();
    for (name, source) in [
        ("plain.html", "{{ n }}"),
        ("base.html", "<{% block body %}{% endblock %}>"),
        (
            "child.html",
            "{% extends 'base.html' %}{% block body %}{% include 'plain.html' %}{% endblock %}",
        ),
    ] {
        env.add_template(name, source).unwrap();
    }
    let app = App {
        templates: Templates::new(env),
        both: Arc::new(Barrier::new(2)),
    };
    let router = Router::new()
        .route("/none", get(none))
        .route("/one/{n}", get(one))
        .route("/several/{n}", get(several))
        .layer(SignalsLayer::new())
        .with_state(app);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

async fn respond(address: SocketAddr, path: &'static str) -> String {
    let ask = move || ureq::get(format!("http://{address}{path}")).call();
    let mut response = spawn_blocking(ask).await.unwrap().unwrap();
    response.body_mut().read_to_string().unwrap()
}

/// The service has one thread, so that requests take turns on it.
#[tokio::test]
async fn tr08_each_response_has_its_templates_in_order_with_copies_of_their_contexts() {
    let address = serve().await;

    assert_eq!(respond(address, "/none").await, "none");
    assert_eq!(rendered("/none"), []);

    assert_eq!(respond(address, "/one/1").await, "<1>");
    let expected = seen([("child.html", 1), ("base.html", 1), ("plain.html", 1)]);
    assert_eq!(rendered("/one/1"), expected);

    let (tens, twenties) = tokio::join!(
        respond(address, "/several/10"),
        respond(address, "/several/20")
    );
    assert_eq!((&*tens, &*twenties), ("<10>1112", "<20>2122"));
    for (path, n) in [("/several/10", 10), ("/several/20", 20)] {
        let expected = seen([
            ("child.html", n),
            ("base.html", n),
            ("plain.html", n),
            ("plain.html", n + 1),
            ("plain.html", n + 2),
        ]);
        assert_eq!(rendered(path), expected, "{path}");
    }
    assert_eq!(rendered("/one/1").len(), 3, "nothing has come to it since");
}
