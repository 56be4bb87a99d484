//! Typed senders with bounds of the user's own, and without an argument of the sender's type.
#![deny(warnings)]

use signals_core::{Model, Sender, receiver, signal};

pub trait Account: Model {
    const GREETING: &'static str;
}

/// Says nothing of models.
pub trait Audited {}

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

impl Account for User {
    const GREETING: &'static str = "Hello";
}

impl Audited for User {}

signal! {
    pub signed_up<U: Account>(sender: U, user: &U);
    pub looked_at<M: Audited>(sender: M, instance: &M);
    pub both<M: Model + Audited + Send>(sender: M, instance: &M::Instance);
    /// The sending code names the model.
    pub class_prepared<M: Model>(sender: M, table: &str);
    pub cleared<M: Model>(sender: M);
}

#[receiver(signed_up, sender = User)]
fn greet(user: &User) {
    assert_eq!((<User as Account>::GREETING, user.id), ("Hello", 1));
}

#[receiver([looked_at, both], sender = User)]
fn audit(instance: &User) {
    assert_eq!(instance.id, 1);
}

#[receiver(class_prepared, sender = User)]
fn prepare(table: &str, sender: Sender) {
    assert_eq!(table, "users");
    assert!(sender.is::<User>());
}

#[receiver(cleared, sender = [User])]
fn clear() {}

fn main() -> Result<(), signals_core::SendError> {
    let user = User { id: 1 };
    signed_up.send(SignedUp { user: &user })?;
    assert_eq!(looked_at.send(LookedAt { instance: &user })?.count(), 1);
    assert_eq!(both.send(Both { instance: &user })?.count(), 1);
    class_prepared.send(ClassPrepared {
        sender: Sender::model::<User>(),
        table: "users",
    })?;
    assert_eq!(
        cleared
            .send(Cleared {
                sender: Sender::model::<User>()
            })?
            .count(),
        1
    );
    Ok(())
}
