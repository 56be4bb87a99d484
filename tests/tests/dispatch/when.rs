//! `when =`: a closure over arguments by name, or a function of the payload.

use std::sync::atomic::{AtomicUsize, Ordering};

use signals_core::{AnyModel, Model, Sender, SignalInfo, receiver, signal};
use signals_tests::{Journal, block_on, logs};

#[derive(Debug, Model)]
struct User {
    id: u32,
}

#[derive(Debug, Model)]
struct Post {
    id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M, created: bool, names: &[&str], journal: &Journal);
}

mod conditions {
    use super::Saved;

    pub(super) fn is_new(saved: &Saved<'_>) -> bool {
        saved.created
    }
}

#[receiver(saved, when = |created: bool| created)]
fn typed(journal: &Journal) {
    journal.note("typed");
}

#[receiver(saved, when = |created| !created)]
fn untyped(journal: &Journal) {
    journal.note("untyped");
}

#[receiver(saved, when = |names, created| created && names.contains(&"name"))]
fn several(journal: &Journal) {
    journal.note("several");
}

#[receiver(saved, when = conditions::is_new)]
fn by_path(journal: &Journal) {
    journal.note("by path");
}

#[receiver(saved, when = |event: &Saved<'_>| event.names.is_empty())]
fn whole(journal: &Journal) {
    journal.note("whole");
}

#[receiver(saved, sender = User, when = |instance: &User| instance.id > 5)]
fn of_user(instance: &User, journal: &Journal) {
    journal.note(format!("user {}", instance.id));
}

#[receiver(saved, when = |instance: &dyn AnyModel| instance.is::<Post>())]
fn of_view(journal: &Journal) {
    journal.note("post");
}

#[receiver(saved, when = |sender: Sender, signal: &SignalInfo| {
    sender.is::<Post>() && signal.name().ends_with("when::saved")
})]
async fn of_sender(journal: &Journal) {
    journal.note("async");
}

#[receiver(saved, when = || false)]
fn never(journal: &Journal) {
    journal.note("never");
}

fn called(instance: &dyn AnyModel, created: bool, names: &[&str]) -> Vec<String> {
    let journal = &Journal::new();
    let payload = || Saved {
        instance,
        created,
        names,
        journal,
    };
    let delivered = block_on(saved.send_async(payload())).unwrap();
    let called = journal.take();
    assert_eq!(delivered.count(), called.len(), "false means not called");
    let robust = saved.send_robust(payload());
    assert!(robust.is_ok());
    assert_eq!(robust.count(), called.len());
    assert_eq!(journal.take(), called);
    block_on(saved.concurrent().send_async(payload())).unwrap();
    let mut at_once = journal.take();
    at_once.sort_unstable();
    let mut sorted = called.clone();
    sorted.sort_unstable();
    assert_eq!(at_once, sorted);
    called
}

#[test]
fn each_form_of_when_decides_for_its_own_receiver() {
    assert_eq!(
        called(&User { id: 6 }, true, &["name"]),
        ["typed", "several", "by path", "user 6"]
    );
    assert_eq!(called(&User { id: 5 }, false, &[]), ["untyped", "whole"]);
    assert_eq!(
        called(&Post { id: 6 }, true, &["title"]),
        ["typed", "by path", "post", "async"]
    );
}

#[test]
fn has_listeners_and_the_list_do_not_ask_conditions() {
    signal! {
        told(sender, loud: bool);
    }

    #[receiver(told, when = |loud: bool| loud)]
    fn hears() {}

    assert!(told.has_listeners(Sender::none()));
    assert_eq!(told.receivers().len(), 1);
    let sender = Sender::none();
    let count = |loud| told.send(Told { sender, loud }).unwrap().count();
    assert_eq!((count(true), count(false)), (1, 0));
}

#[test]
fn a_condition_is_asked_just_before_its_receiver_runs() {
    signal! {
        stepped(count: &AtomicUsize) -> usize;
    }

    #[receiver(stepped)]
    fn first(count: &AtomicUsize) -> usize {
        count.fetch_add(1, Ordering::Relaxed)
    }

    #[receiver(stepped, when = |count: &AtomicUsize| count.load(Ordering::Relaxed) == 1)]
    fn second(count: &AtomicUsize) -> usize {
        count.fetch_add(10, Ordering::Relaxed)
    }

    let count = &AtomicUsize::new(0);
    let answers = stepped.send(Stepped { count }).unwrap();
    assert_eq!(answers.into_answers().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(count.load(Ordering::Relaxed), 11);
}

#[test]
fn a_condition_that_panics_is_the_receivers_failure() {
    signal! {
        queried(journal: &Journal);
    }

    #[receiver(queried, when = || panic!("who knows"))]
    fn unsure() {}

    #[receiver(queried)]
    fn sure(journal: &Journal) {
        journal.note("sure");
    }

    #[receiver(queried, when = || panic!("who knows later"))]
    async fn unsure_later() {}

    let journal = &Journal::new();
    let each = |robust: signals_core::RobustDelivered| {
        let messages: Vec<_> = robust
            .errors()
            .iter()
            .map(|error| error.panic_message().unwrap())
            .collect();
        assert_eq!(messages, ["who knows", "who knows later"]);
        assert!(robust.errors()[0].receiver().path().ends_with("unsure"));
        assert_eq!(logs::take().len(), 2);
        assert_eq!(journal.take(), ["sure"]);
    };
    logs::record();
    each(queried.send_robust(Queried { journal }));
    each(block_on(queried.send_robust_async(Queried { journal })));
    each(block_on(
        queried.concurrent().send_robust_async(Queried { journal }),
    ));
}
