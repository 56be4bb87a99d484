//! Receivers that wait, with every form of argument.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

use signals_core::{Model, Sender, SignalInfo, receiver, signal};

/// Something that is `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Money(pub u64);

/// A model.
#[derive(Debug, Clone, Model)]
pub struct User {
    id: u64,
}

/// A state.
pub struct Mailer;

signal! {
    /// All kinds.
    pub everything(sender, text: &str, slice: &[u64], maybe: Option<&User>, name: Option<&str>, money: Money, count: Option<u8>);
    /// Typed.
    pub saved<M: Model>(sender: M, instance: &M, previous: Option<&M>, created: bool);
    /// With a draft.
    pub saving<M: Model>(sender: M, instance: &mut M::Draft);
    /// Without arguments.
    pub ticked();
    /// An argument whose name is a keyword.
    pub typed(r#type: &str);
}

#[receiver(everything, on_commit)]
fn all(
    sender: Sender,
    signal: &SignalInfo,
    text: &str,
    slice: &[u64],
    maybe: Option<&User>,
    name: Option<&str>,
    money: Money,
    count: Option<u8>,
) {
    let _ = (sender, signal, text, slice, maybe, name, money, count);
}

#[receiver(everything, before_commit, when = |money: Money| money.0 > 4)]
#[receiver(everything, on_commit, dispatch_uid = "after")]
#[receiver(everything, on_rollback, dispatch_uid = "never mind")]
async fn all_async(text: &str, #[state] mailer: &Mailer, _maybe: Option<&User>) -> Result<(), std::io::Error> {
    let _ = (text, mailer);
    std::future::ready(Ok(())).await
}

#[receiver(saved, sender = User, on_commit)]
fn welcome(instance: &User, previous: Option<&User>, created: bool) {
    let _ = (instance, previous, created);
}

#[receiver(saving, sender = User, on_commit)]
fn as_it_was(instance: &User) {
    let _ = instance.id;
}

#[receiver(saved, on_commit)]
#[receiver(saving, on_commit)]
fn of_any_sender(sender: Sender) {
    let _ = sender;
}

#[receiver([ticked, everything], on_commit)]
fn several() {}

#[receiver(typed, on_commit)]
fn raw(r#type: &str) {
    let _ = r#type;
}

fn main() {
    fn inner() {
        #[receiver(ticked, on_commit)]
        async fn in_a_function() {}
    }
    inner();
}
