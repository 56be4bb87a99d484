//! Django's tests of `template_rendered`, by their IDs, with askama.

#![cfg(feature = "askama")]

use std::io;
use std::sync::{Arc, Mutex};

use askama::{Error, Template};
use signals_builtin::testing::{AnyContext, TemplateRendered, template_rendered};
use signals_core::testing::{Capture, capture_with};
use signals_core::{SendError, Sender, receiver, state};
use signals_templates::askama::Signaled;

#[derive(Clone, Template)]
#[template(source = "Hello {{ name }}!", ext = "html")]
struct Hello {
    name: String,
}

/// A page with a part that is a template of its own.
#[derive(Template)]
#[template(source = "<{{ part|safe }}>", ext = "html")]
struct Page<P: std::fmt::Display> {
    part: P,
}

fn hello(name: &str) -> Signaled<Hello> {
    Signaled::new(Hello { name: name.into() })
}

type Seen = (Option<String>, Option<String>);

/// The name of the template, and of whom it greets.
fn observe() -> Capture<Seen> {
    capture_with(&template_rendered, |rendered: &TemplateRendered<'_>| {
        let greeted = rendered.context.downcast_ref::<Hello>();
        let template = rendered.template.map(str::to_owned);
        (template, greeted.map(|hello| hello.name.clone()))
    })
}

fn greeted(seen: &Capture<Seen>) -> Vec<String> {
    let greeted = seen.sent().into_iter().map(|sent| sent.snapshot.1);
    greeted.map(Option::unwrap_or_default).collect()
}

/// Whom the receiver of this one type of template heard of.
#[derive(Clone, Default)]
struct Greeted(Arc<Mutex<Vec<String>>>);

#[receiver(template_rendered, sender = Hello)]
fn greets(context: &dyn AnyContext) {
    if let (Some(hello), Some(greeted)) = (context.downcast_ref::<Hello>(), state::get::<Greeted>())
    {
        greeted.0.lock().unwrap().push(hello.name.clone());
    }
}

#[test]
fn tr01_tr05_each_rendering_is_seen_once_however_it_is_asked_for() {
    let hello = hello("Ada");
    let seen = observe();

    assert_eq!(hello.render().unwrap(), "Hello Ada!");
    let mut text = String::new();
    hello.render_into(&mut text).unwrap();
    let mut bytes = Vec::new();
    hello.write_into(&mut bytes).unwrap();
    assert_eq!(
        (text.as_bytes(), &*bytes),
        (&b"Hello Ada!"[..], &b"Hello Ada!"[..])
    );
    assert_eq!(hello.to_string(), "Hello Ada!");

    assert_eq!(seen.count(), 4);
}

#[test]
fn tr01_a_template_in_a_field_is_seen_after_the_one_around_it() {
    let seen = observe();
    let part = hello("Ada").named("hello.html");
    let page = Signaled::new(Page { part }).named("page.html");

    assert_eq!(page.render().unwrap(), "<Hello Ada!>");
    let templates: Vec<_> = seen
        .sent()
        .into_iter()
        .map(|sent| sent.snapshot.0)
        .collect();
    assert_eq!(
        templates,
        [Some("page.html".into()), Some("hello.html".into())]
    );
    let sender = Sender::of::<Page<Signaled<Hello>>>();
    assert_eq!(seen.sent()[0].sender, sender);
    assert_eq!(sender.to_string(), "askama.Page");
}

#[test]
fn tr02_observers_within_observers_see_what_happens_in_their_time() {
    let outer = observe();
    hello("Ada").render().unwrap();
    let inner = observe();
    hello("Bob").render().unwrap();
    assert_eq!(greeted(&inner), ["Bob"]);
    drop(inner);
    hello("Cleo").render().unwrap();
    assert_eq!(greeted(&outer), ["Ada", "Bob", "Cleo"]);
}

#[test]
fn tr03_nothing_rendered_is_nothing_seen() {
    let seen = observe();
    let hello = hello("Ada").into_inner();
    hello.render().unwrap();
    assert_eq!(seen.count(), 0);
}

#[test]
fn tr04_a_template_has_no_name_until_it_is_given_one() {
    let seen = observe();
    hello("Ada").render().unwrap();
    hello("Ada").named("hello.html").render().unwrap();
    let templates: Vec<_> = seen
        .sent()
        .into_iter()
        .map(|sent| sent.snapshot.0)
        .collect();
    assert_eq!(templates, [None, Some("hello.html".into())]);
}

/// In askama a part of a file is a type of its own.
#[test]
fn tr07_a_block_is_told_as_what_it_is_and_only_so() {
    #[derive(Template)]
    #[template(
        source = "all {% block part %}part{% endblock %}",
        ext = "txt",
        block = "part"
    )]
    struct Part;

    let seen = observe();
    let part = Signaled::new(Part).named("page.txt#part");
    assert_eq!(part.render().unwrap(), "part");
    assert_eq!(seen.only().sender, Sender::of::<Part>());
    assert_eq!(seen.only().snapshot.0.as_deref(), Some("page.txt#part"));
}

#[test]
fn tr08_a_receiver_of_one_type_of_template_gets_it_as_what_it_is() {
    let greeted = Greeted::default();
    let _state = state::scoped(greeted.clone());

    let seen = observe();
    Signaled::new(Page { part: "nobody" }).render().unwrap();
    hello("Ada").render().unwrap();
    hello("Bob").render().unwrap();

    assert_eq!(*greeted.0.lock().unwrap(), ["Ada", "Bob"]);
    assert_eq!(seen.count(), 3);
}

#[test]
fn a_receiver_that_fails_makes_the_rendering_fail() {
    let fails = |_: &TemplateRendered<'_>| Err::<(), _>(io::Error::other("not this one"));
    let _fails = template_rendered.on().scoped().connect(fails).unwrap();

    let Err(Error::Custom(error)) = hello("Ada").render() else {
        panic!("an error of the receiver");
    };
    let sent = error.downcast_ref::<SendError>().unwrap();
    assert!(sent.downcast_ref::<io::Error>().is_some());
}
