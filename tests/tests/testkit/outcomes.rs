//! What became of each receiver, whatever it did.

use std::panic::{AssertUnwindSafe, catch_unwind};

use signals_core::testing::{self, Capture, Outcome};
use signals_core::{BoxFuture, SendError, receiver, signal, transaction};
use signals_tests::{block_on, poll_once, yield_now};

/// What a capture saw of each receiver, send by send.
fn outcomes(seen: &Capture) -> Vec<Vec<Outcome>> {
    let of_each =
        |sent: &testing::Sent| sent.receivers.iter().map(|it| it.outcome.clone()).collect();
    seen.with(|sent| sent.iter().map(of_each).collect())
}

fn panicked(message: &str) -> Outcome {
    Outcome::Panicked(message.into())
}

fn unwinds<R>(f: impl FnOnce() -> R) {
    assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
}

/// Without a message on the terminal.
fn throw(message: &'static str) -> ! {
    std::panic::resume_unwind(Box::new(message))
}

signal! {
    doubted();
}

#[receiver(doubted, when = |_event: &Doubted| throw("who knows"))]
fn doubts() {}

#[receiver(doubted, when = |_event: &Doubted| throw("who knows"))]
async fn doubts_too() {}

#[test]
fn a_condition_that_panics_is_a_panic_of_its_receiver() {
    let seen = testing::capture(&doubted);
    doubted.send_robust(Doubted);
    block_on(doubted.send_robust_async(Doubted));
    block_on(doubted.concurrent().send_robust_async(Doubted));
    let expected = vec![panicked("who knows"); 2];
    assert_eq!(outcomes(&seen), vec![expected; 3]);

    let seen = testing::capture(&doubted);
    unwinds(|| doubted.send(Doubted));
    unwinds(|| block_on(doubted.send_async(Doubted)));
    unwinds(|| block_on(doubted.concurrent().send_async(Doubted)));
    unwinds(|| doubted.pull(Doubted).first());
    assert_eq!(outcomes(&seen), vec![vec![panicked("who knows")]; 4]);
}

struct Page;

impl Clone for Page {
    fn clone(&self) -> Self {
        throw("no paper")
    }
}

signal! {
    copied(page: &Page);
}

#[receiver(copied, on_commit)]
fn files(page: &Page) {
    let Page = page;
}

#[test]
fn an_argument_that_cannot_be_kept_for_the_commit_is_a_panic_of_its_receiver() {
    let seen = testing::capture(&copied);
    let committed =
        transaction::scope(|| Ok::<_, SendError>(copied.send_robust(Copied { page: &Page })));
    assert_eq!(committed.unwrap().value.errors().len(), 1);
    assert_eq!(outcomes(&seen), [[panicked("no paper")]]);
}

signal! {
    begun();
}

#[test]
fn a_receiver_that_panics_before_it_has_a_future_is_seen() {
    let _panics = begun.connect_boxed(|_| -> BoxFuture<'_, ()> { throw("too early") });
    let seen = testing::capture(&begun);
    begun.send_robust(Begun);
    block_on(begun.send_robust_async(Begun));
    block_on(begun.concurrent().send_robust_async(Begun));
    assert_eq!(outcomes(&seen), vec![[panicked("too early")]; 3]);

    let seen = testing::capture(&begun);
    unwinds(|| block_on(begun.send_async(Begun)));
    unwinds(|| block_on(begun.concurrent().send_async(Begun)));
    for ran in outcomes(&seen) {
        assert!(matches!(ran[..], [Outcome::Panicked(_)]), "{ran:?}");
    }
}

signal! {
    gathered();
}

#[receiver(gathered)]
async fn waits() {
    std::future::pending::<()>().await;
}

#[receiver(gathered)]
async fn panics() {
    yield_now().await;
    throw("later")
}

#[test]
fn of_those_at_once_the_one_that_panics_is_told_from_those_that_are_dropped() {
    let seen = testing::capture(&gathered);
    unwinds(|| block_on(gathered.concurrent().send_async(Gathered)));
    assert_eq!(outcomes(&seen), [[panicked("later"), Outcome::Cancelled]]);
}

signal! {
    offered() -> u32;
}

#[receiver(offered)]
async fn slow() -> u32 {
    yield_now().await;
    1
}

#[receiver(offered)]
async fn slower() -> u32 {
    yield_now().await;
    2
}

#[test]
fn a_receiver_that_a_pull_gave_up_is_seen_when_it_goes_on() {
    let seen = testing::capture(&offered);
    let mut pull = offered.pull(Offered);
    assert!(poll_once(Box::pin(pull.next_async()).as_mut()).is_pending());
    let second = block_on(pull.next_async()).unwrap().unwrap();
    assert_eq!(second.answer, 2);
    drop(pull);
    assert_eq!(outcomes(&seen), [[Outcome::Cancelled, Outcome::Succeeded]]);
}

signal! {
    tried();
}

#[receiver(tried)]
fn throws() {
    throw("at once")
}

#[receiver(tried)]
async fn throws_later() {
    yield_now().await;
    throw("in a while")
}

/// Whoever goes on with a pull, or keeps a send that panicked, is no part of what happened.
#[test]
fn a_panic_that_the_sender_catches_is_known_by_its_message() {
    let seen = testing::capture(&tried);
    let mut pull = tried.pull(Tried);
    unwinds(|| pull.next());
    unwinds(|| block_on(pull.next_async()));
    assert!(pull.next().is_none());
    drop(pull);
    assert_eq!(
        outcomes(&seen),
        [[panicked("at once"), panicked("in a while")]]
    );

    let _mute = testing::mute_receiver("throws");
    let seen = testing::capture(&tried);
    let mut send = Box::pin(tried.send_async(Tried));
    unwinds(|| block_on(send.as_mut()));
    drop(send);
    unwinds(|| tried.send(Tried));
    let seen = outcomes(&seen);
    assert_eq!(seen[0].last(), Some(&panicked("in a while")), "{seen:?}");
    assert_eq!(seen[1].last(), Some(&panicked("in a while")), "{seen:?}");
}
