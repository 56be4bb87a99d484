//! Signals that models send: Django's `pre_save` and `post_save`, by hand.

use signals_core::{AnyModel, Model, SendError, receiver, signal};

signal! {
    /// Sent before a model is written. Receivers may change it.
    pub pre_save<M: Model>(sender: M, instance: &mut M);

    /// Sent after a model was written.
    pub post_save<M: Model>(sender: M, instance: &M, created: bool);
}

/// A text with a title.
#[derive(Debug, Model)]
pub struct Article {
    id: i64,
    title: String,
    slug: String,
}

/// Somebody.
#[derive(Debug, Model)]
#[model(label = "people.Person", pk = email)]
pub struct Person {
    email: String,
}

// `sender = Article` makes the parameter an `&mut Article`.
#[receiver(pre_save, sender = Article)]
fn fill_slug(instance: &mut Article) {
    instance.slug = instance.title.to_lowercase().replace(' ', "-");
}

// Without a sender, every model arrives, as a view.
#[receiver(post_save)]
fn log(instance: &dyn AnyModel, created: bool) {
    let verb = if created { "created" } else { "changed" };
    let pk = instance.pk().map(|pk| pk.to_string()).unwrap_or_default();
    println!("{verb} {} {pk}", instance.label());
}

// A label will do where the type is out of reach.
#[receiver(post_save, sender = "people.Person")]
fn greet(instance: &dyn AnyModel) {
    if let Some(person) = instance.downcast_ref::<Person>() {
        println!("hello, {}", person.email);
    }
}

fn save_article(article: &mut Article) -> Result<(), SendError> {
    pre_save.send(PreSave { instance: article })?;
    // … written here …
    post_save.send(PostSave {
        instance: article,
        created: true,
    })?;
    Ok(())
}

fn main() -> Result<(), SendError> {
    let mut article = Article {
        id: 1,
        title: "On Signals".into(),
        slug: String::new(),
    };
    save_article(&mut article)?;
    assert_eq!(article.slug, "on-signals");

    let person = Person {
        email: "ada@example.org".into(),
    };
    post_save.send(PostSave {
        instance: &person,
        created: false,
    })?;
    Ok(())
}
