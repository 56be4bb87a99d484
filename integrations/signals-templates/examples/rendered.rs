//! Two engines, and a receiver that lists what they render.
//!
//! `cargo run -p signals-templates --all-features --example rendered`

use askama::Template;
use minijinja::{Environment, Value, context};
use signals_builtin::testing::{AnyContext, template_rendered};
use signals_core::{Sender, receiver};
use signals_templates::askama::Signaled;
use signals_templates::minijinja::Templates;

#[derive(Template)]
#[template(source = "Dear {{ name }}, it is paid.", ext = "txt")]
struct Receipt {
    name: String,
}

/// Every template of every engine.
#[receiver(template_rendered)]
fn list(sender: Sender, template: Option<&str>) {
    println!("{} by {sender}", template.unwrap_or("(without a name)"));
}

/// The pages that an environment of minijinja renders.
#[receiver(template_rendered, sender = Environment<'static>)]
fn contexts(context: &dyn AnyContext) {
    if let Some(context) = context.downcast_ref::<Value>() {
        println!("    with {context}");
    }
}

/// One type of template.
#[receiver(template_rendered, sender = Receipt)]
fn receipts(context: &dyn AnyContext) {
    if let Some(receipt) = context.downcast_ref::<Receipt>() {
        println!("    for {}", receipt.name);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut env = Environment::new();
    env.add_template("base.html", "<h1>{% block title %}{% endblock %}</h1>")?;
    env.add_template(
        "home.html",
        "{% extends 'base.html' %}{% block title %}{% include 'title.html' %}{% endblock %}",
    )?;
    env.add_template("title.html", "Hello, {{ name }}")?;

    let templates = Templates::new(env);
    let home = templates.render("home.html", context! { name => "Ada" })?;
    assert_eq!(home, "<h1>Hello, Ada</h1>");

    let receipt = Signaled::new(Receipt { name: "Ada".into() }).named("receipt.txt");
    assert_eq!(receipt.render()?, "Dear Ada, it is paid.");
    Ok(())
}
