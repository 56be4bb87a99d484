//! Signals that models send: plain structs, with the sender's own type in each form.
#![deny(warnings)]

use signals_core::{AnyModel, Model, Sender, receiver, signal};

#[derive(Debug, Default, Model)]
pub struct User {
    pub id: Option<i64>,
    pub name: String,
}

#[derive(Debug, Model)]
#[model(label = "blog.Post", pk = slug)]
pub struct Post {
    pub slug: &'static str,
}

#[derive(Debug, Model)]
#[model(pk = 0)]
pub struct Pair(pub u32, pub String);

signal! {
    pub before_save<M: Model>(sender: M, instance: &mut M, using: &str);
    pub saved<M: Model>(sender: M, instance: &M, created: bool);
    pub logged_out<M: Model>(sender: M, user: Option<&M>, ip: &str);
    pub moved<M: Model>(sender: M, from: &M::Instance, to: &mut M::Draft, by: Option<&M::Instance>);
}

#[receiver(before_save, sender = User)]
fn fill(instance: &mut User, using: &str) {
    instance.name = using.to_owned();
}

#[receiver(before_save)]
fn any_mut(instance: &mut dyn AnyModel, sender: Sender) {
    if let Some(user) = instance.downcast_mut::<User>() {
        user.id = Some(7);
    }
    assert_eq!(instance.sender(), sender);
}

// Not to change it, but to look at it.
#[receiver(before_save, sender = User)]
fn look(instance: &User) {
    assert_eq!(instance.name, "db");
}

#[receiver(saved, sender = Post, when = |created, instance| created && !instance.slug.is_empty())]
fn post(instance: &Post, event: &Saved<'_>) {
    assert_eq!((instance.slug, event.created), ("first", true));
}

#[receiver(saved, sender = [User, Post, "shop.Order"])]
fn either(instance: &dyn AnyModel) {
    assert!(instance.is::<User>() || instance.is::<Post>());
}

#[receiver(saved, sender = "blog.Post")]
fn by_label(instance: &(dyn AnyModel + 'static)) {
    assert_eq!(instance.label(), "blog.Post");
    assert_eq!(instance.pk(), Some("first".into()));
}

#[receiver(saved, sender = Pair)]
fn pair(instance: &Pair) {
    assert_eq!(instance.0, 1);
}

#[receiver(logged_out, sender = User)]
fn gone(user: Option<&User>) {
    assert_eq!(user.map(|user| user.name.as_str()), Some("db"));
}

#[receiver(logged_out)]
fn anybody_gone(user: Option<&dyn AnyModel>, ip: &str) {
    assert_eq!(user.is_some(), ip == "here");
}

#[receiver(moved, sender = User)]
async fn step(from: &User, to: &mut User, by: Option<&User>) {
    to.name = format!("{} {}", from.name, by.is_none());
}

fn main() -> Result<(), signals_core::SendError> {
    let mut user = User::default();
    assert_eq!(
        before_save
            .send(BeforeSave {
                instance: &mut user,
                using: "db"
            })?
            .count(),
        3
    );
    assert_eq!((user.id, user.name.as_str()), (Some(7), "db"));
    assert_eq!(
        saved
            .send(Saved {
                instance: &Post { slug: "first" },
                created: true
            })?
            .count(),
        3
    );
    assert_eq!(
        saved
            .send(Saved {
                instance: &user,
                created: true
            })?
            .count(),
        1
    );
    assert_eq!(
        saved
            .send(Saved {
                instance: &Pair(1, String::new()),
                created: true
            })?
            .count(),
        1
    );
    assert_eq!(
        logged_out
            .send(LoggedOut {
                user: Some(&user),
                ip: "here"
            })?
            .count(),
        2
    );
    assert_eq!(
        logged_out
            .send(LoggedOut {
                user: None,
                ip: "there"
            })?
            .count(),
        1
    );
    let mut draft = User::default();
    moved.send(Moved {
        from: &user,
        to: &mut draft,
        by: None,
    })?;
    assert_eq!(draft.name, "db true");
    Ok(())
}
