//! Django's tests of `template_rendered`, by their IDs, with minijinja.

#![cfg(feature = "minijinja")]

use std::error::Error;
use std::io;

use minijinja::{Environment, ErrorKind, Value, context};
use signals_builtin::testing::{TemplateRendered, template_rendered};
use signals_core::testing::{Capture, capture_with};
use signals_core::{SendError, Sender};
use signals_templates::minijinja::Templates;

const SOURCES: &[(&str, &str)] = &[
    ("plain.html", "{{ n }}"),
    ("base.html", "<{% block body %}{% endblock %}>"),
    (
        "child.html",
        "{% extends 'base.html' %}{% block body %}{% include 'plain.html' %}{% endblock %}",
    ),
    ("middle.html", "{% extends 'child.html' %}"),
    ("static.html", "no expression"),
    (
        "list.html",
        "{% for n in [1, 2, 3] %}{% include 'plain.html' %}{% endfor %}{% include 'static.html' %}",
    ),
    (
        "optional.html",
        "{% include ['nowhere.html', 'static.html'] %}{% include 'nowhere' ignore missing %}",
    ),
    ("broken.html", "{% include 'plain.html' %}{{ n.a.b }}"),
    ("lost.html", "{% include 'nowhere.html' %}"),
    (
        "macros.html",
        "{% macro twice(n) %}{{ n }}{{ n }}{% endmacro %}",
    ),
    (
        "imports.html",
        "{% from 'macros.html' import twice %}{{ twice(n) }}",
    ),
    (
        "parts.html",
        "{% include 'static.html' %}{% block part %}{% include 'plain.html' %}{% endblock %}",
    ),
    ("calls.html", "{% include 'plain.html' %}{{ other() }}"),
];

fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    for (name, source) in SOURCES {
        env.add_template(name, source).unwrap();
    }
    env
}

fn templates() -> Templates {
    Templates::new(environment())
}

/// The name, and the context, copied.
type Seen = (Option<String>, Value);

fn observe() -> Capture<Seen> {
    capture_with(&template_rendered, |rendered: &TemplateRendered<'_>| {
        let context = rendered.context.downcast_ref::<Value>().unwrap();
        (rendered.template.map(str::to_owned), context.clone())
    })
}

fn names(seen: &Capture<Seen>) -> Vec<String> {
    let named = |(name, _): Seen| name.unwrap_or_else(|| "(none)".to_owned());
    seen.sent()
        .into_iter()
        .map(|sent| named(sent.snapshot))
        .collect()
}

/// What is seen while one template is rendered.
fn seen_of(template: &str) -> Vec<String> {
    let seen = observe();
    templates().render(template, context! { n => 1 }).unwrap();
    names(&seen)
}

#[test]
fn tr01_direct_included_and_extended_templates_are_seen_in_the_order_of_their_rendering() {
    assert_eq!(seen_of("plain.html"), ["plain.html"]);
    assert_eq!(
        seen_of("child.html"),
        ["child.html", "base.html", "plain.html"]
    );
    assert_eq!(
        seen_of("middle.html"),
        ["middle.html", "child.html", "base.html", "plain.html"]
    );
}

#[test]
fn tr01_a_template_can_be_rendered_again() {
    let templates = templates();
    let seen = observe();
    for n in 0..2 {
        templates
            .clone()
            .render("child.html", context! { n })
            .unwrap();
    }
    assert_eq!(
        names(&seen),
        ["child.html", "base.html", "plain.html"].repeat(2)
    );
}

#[test]
fn tr01_what_is_tried_in_vain_is_not_seen_and_what_is_imported_is() {
    assert_eq!(seen_of("optional.html"), ["optional.html", "static.html"]);
    assert_eq!(seen_of("imports.html"), ["imports.html", "macros.html"]);
}

#[test]
fn tr02_observers_within_observers_see_what_happens_in_their_time() {
    let templates = templates();
    let render = |name| templates.render(name, ()).unwrap();

    let outer = observe();
    render("static.html");
    let inner = observe();
    render("plain.html");
    assert_eq!(names(&inner), ["plain.html"]);
    drop(inner);
    render("base.html");
    assert_eq!(names(&outer), ["static.html", "plain.html", "base.html"]);
}

#[test]
fn tr03_nothing_rendered_is_nothing_seen() {
    let seen = observe();
    let templates = templates();
    assert_eq!(seen.count(), 0);

    assert!(templates.render("nowhere.html", ()).is_err());
    assert_eq!(seen.count(), 0, "nor a template that is not there");

    templates
        .get_template("plain.html")
        .unwrap()
        .render(())
        .unwrap();
    assert_eq!(seen.count(), 0, "nor what goes past");
}

#[test]
fn tr04_a_template_without_a_name_has_none() {
    let seen = observe();
    let source = "{% include 'plain.html' %}!";
    let rendered = templates().render_str(source, context! { n => 1 });

    assert_eq!(rendered.unwrap(), "1!");
    assert_eq!(names(&seen), ["(none)", "plain.html"]);
    assert_eq!(seen.sent()[0].sender, Sender::of::<Environment<'static>>());
    assert_eq!(seen.sent()[0].sender.to_string(), "minijinja.Environment");
}

#[test]
fn tr05_each_rendering_counts_once() {
    let includes = ["plain.html"; 3];
    assert_eq!(
        seen_of("list.html"),
        [&["list.html"], &includes[..], &["static.html"]].concat()
    );
}

#[test]
fn tr07_a_block_is_told_as_a_part_of_its_file_and_only_so() {
    let seen = observe();
    let part = templates().render_block("parts.html", "part", context! { n => 1 });
    assert_eq!(part.unwrap(), "1");
    assert_eq!(names(&seen), ["parts.html#part", "plain.html"]);

    let seen = observe();
    let part = templates().render_block("middle.html", "body", context! { n => 2 });
    assert_eq!(part.unwrap(), "2");
    assert_eq!(names(&seen), ["middle.html#body", "plain.html"]);

    let seen = observe();
    let none = templates().render_block("parts.html", "nowhere", ());
    assert!(none.is_err());
    assert_eq!(names(&seen), ["parts.html#nowhere"]);
}

#[test]
fn it_is_sent_before_the_template_is_rendered() {
    let seen = observe();
    let error = templates().render("broken.html", ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedError);
    assert_eq!(names(&seen), ["broken.html", "plain.html"]);

    assert!(templates().render("lost.html", ()).is_err());
    assert_eq!(names(&seen)[2..], ["lost.html"]);
}

fn no_plain(rendered: &TemplateRendered<'_>) -> Result<(), io::Error> {
    match rendered.template {
        Some("plain.html" | "parts.html#part") => Err(io::Error::other("not this one")),
        _ => Ok(()),
    }
}

#[test]
fn a_receiver_that_fails_makes_the_rendering_fail() {
    let _fails = template_rendered.on().scoped().connect(no_plain).unwrap();
    let templates = templates();
    let n = context! { n => 1 };

    for failed in [
        templates.render("plain.html", n.clone()),
        templates.render("child.html", n.clone()),
        templates.render("list.html", n.clone()),
        templates.render_str("{% include 'plain.html' %}", n.clone()),
        templates.render_block("parts.html", "part", n.clone()),
    ] {
        let error = failed.unwrap_err();
        assert!(error.to_string().contains("template_rendered"), "{error}");
        let sent: &SendError = error.source().unwrap().downcast_ref().unwrap();
        assert!(sent.downcast_ref::<io::Error>().is_some());
    }
    // After the first error nobody is told any more, and the next rendering begins anew.
    assert_eq!(templates.render("static.html", n).unwrap(), "no expression");
}

#[test]
fn a_receiver_that_panics_leaves_nothing_behind() {
    let templates = templates();
    let panics = |rendered: &TemplateRendered<'_>| {
        assert_ne!(rendered.template, Some("plain.html"), "not this one");
    };
    let panicking = template_rendered.on().scoped().connect(panics).unwrap();
    let render = || templates.render("child.html", context! { n => 1 });
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(render)).is_err());
    drop(panicking);

    let seen = observe();
    let template = templates.get_template("child.html").unwrap();
    template.render(()).unwrap();
    assert_eq!(seen.count(), 0, "nothing is being rendered here any more");
}

/// A receiver, or a function that a template calls, may render as well.
#[test]
fn renderings_within_renderings_have_their_own_contexts() {
    let mut env = environment();
    let inner = templates();
    env.add_function("other", move || {
        inner.render("list.html", context! { n => 2 })
    });
    let outer = Templates::new(env);

    let seen = observe();
    outer.render("calls.html", context! { n => 1 }).unwrap();
    let contexts = seen.sent().into_iter().map(|sent| sent.snapshot.1);
    let numbers: Vec<Value> = contexts
        .map(|context| context.get_attr("n").unwrap())
        .collect();
    assert_eq!(numbers, [1, 1, 2, 2, 2, 2, 2].map(Value::from));
}

#[test]
fn the_path_join_of_the_application_is_kept() {
    let templates =
        Templates::with_path_join(environment(), |name, _| format!("{name}.html").into());
    let seen = observe();

    let rendered = templates.render_str("{% include 'static' %}", ());
    assert_eq!(rendered.unwrap(), "no expression");
    assert_eq!(names(&seen), ["(none)", "static.html"]);
}
