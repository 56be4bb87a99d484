//! `concurrent()`: sync receivers first, in order, then all async ones at once. CONFORMANCE §1.9.

use std::sync::Arc;
use std::task::Poll;

use signals_core::{BoxFuture, Connection, Spec, receiver, signal};
use signals_tests::{Journal, Waiter, block_on, poll_once, yield_now};

signal! {
    gathered(journal: &Journal) -> u32;
}

/// Notes when it is dropped without having ended.
struct Unfinished<'j>(&'j Journal, &'static str);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.note(format!("{} dropped", self.1));
    }
}

type Outcome = Result<u32, String>;

/// An async receiver that waits at `door`, and ends as `end` says.
fn waits<S: Spec<Answer = u32> + signals_core::SharedSpec>(
    signal: &'static signals_core::Signal<S>,
    journal: for<'a, 'b> fn(&'b S::Args<'a>) -> &'b Journal,
    name: &'static str,
    door: &Arc<Waiter>,
    end: fn() -> Outcome,
) -> Connection {
    let door = Arc::clone(door);
    signal.connect_boxed(move |sent| -> BoxFuture<'_, Outcome> {
        let (journal, door) = (journal(sent), Arc::clone(&door));
        Box::pin(async move {
            journal.note(format!("{name} starts"));
            let unfinished = Unfinished(journal, name);
            door.wait().await;
            std::mem::forget(unfinished);
            journal.note(format!("{name} ends"));
            end()
        })
    })
}

fn doors() -> [Arc<Waiter>; 3] {
    std::array::from_fn(|_| Arc::new(Waiter::new()))
}

mod order {
    use super::{Journal, receiver, signal, yield_now};

    signal! {
        pub(super) interleaved(journal: &Journal) -> u32;
    }

    #[receiver(interleaved)]
    async fn slow(journal: &Journal) -> u32 {
        journal.note("slow starts");
        yield_now().await;
        yield_now().await;
        journal.note("slow ends");
        1
    }

    #[receiver(interleaved)]
    fn sync(journal: &Journal) -> u32 {
        journal.note("sync");
        2
    }

    #[receiver(interleaved)]
    async fn fast(journal: &Journal) -> u32 {
        journal.note("fast starts");
        yield_now().await;
        journal.note("fast ends");
        3
    }

    #[receiver(interleaved)]
    fn sync_last(journal: &Journal) -> u32 {
        journal.note("sync last");
        4
    }
}

#[test]
fn s19_sync_receivers_first_then_all_async_ones_and_results_in_defined_order() {
    use order::{Interleaved, interleaved};
    let journal = &Journal::new();
    let expected = [
        "sync",
        "sync last",
        "slow starts",
        "fast starts",
        "fast ends",
        "slow ends",
    ];
    let plain = block_on(interleaved.concurrent().send_async(Interleaved { journal }));
    assert_eq!(
        plain.unwrap().into_answers().collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!(journal.take(), expected);
    let robust = interleaved.concurrent();
    let robust = block_on(robust.send_robust_async(Interleaved { journal }));
    assert_eq!(robust.answers().collect::<Vec<_>>(), [&1, &2, &3, &4]);
    assert_eq!(journal.take(), expected);
}

#[test]
fn s19_one_fails_and_the_siblings_are_dropped() {
    signal! {
        gathered(journal: &Journal) -> u32;
    }
    let [a, b, c] = doors();
    let _connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Ok(1)),
        waits(&gathered, |sent| sent.journal, "b", &b, || Err("b".into())),
        waits(&gathered, |sent| sent.journal, "c", &c, || Ok(3)),
    ];
    let journal = &Journal::new();
    let mut send = Box::pin(gathered.concurrent().send_async(Gathered { journal }));
    assert!(poll_once(send.as_mut()).is_pending());
    assert_eq!(journal.take(), ["a starts", "b starts", "c starts"]);
    b.open();
    let Poll::Ready(Err(error)) = poll_once(send.as_mut()) else {
        panic!("the error comes at once");
    };
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "b");
    assert_eq!(journal.take(), ["b ends", "a dropped", "c dropped"]);
}

#[test]
fn s19_of_two_that_fail_the_first_by_time_is_returned() {
    signal! {
        gathered(journal: &Journal) -> u32;
    }
    let [a, b, _] = doors();
    let connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Err("a".into())),
        waits(&gathered, |sent| sent.journal, "b", &b, || Err("b".into())),
    ];
    let journal = &Journal::new();
    let mut send = Box::pin(gathered.concurrent().send_async(Gathered { journal }));
    assert!(poll_once(send.as_mut()).is_pending());
    b.open();
    a.open();
    let Poll::Ready(Err(error)) = poll_once(send.as_mut()) else {
        panic!("both are ready");
    };
    // Ready together, the defined order decides.
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "a");

    let [a, b, _] = doors();
    drop(connections);
    let _connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Err("a".into())),
        waits(&gathered, |sent| sent.journal, "b", &b, || Err("b".into())),
    ];
    let mut send = Box::pin(gathered.concurrent().send_async(Gathered { journal }));
    assert!(poll_once(send.as_mut()).is_pending());
    b.open();
    let Poll::Ready(Err(error)) = poll_once(send.as_mut()) else {
        panic!("b has failed");
    };
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "b");
}

#[test]
fn s19_in_a_robust_send_nobody_is_cancelled() {
    signal! {
        gathered(journal: &Journal) -> u32;
    }
    let [a, b, c] = doors();
    let _connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Ok(1)),
        waits(&gathered, |sent| sent.journal, "b", &b, || Err("b".into())),
        waits(&gathered, |sent| sent.journal, "c", &c, || panic!("c")),
    ];
    let journal = &Journal::new();
    let mut send = Box::pin(
        gathered
            .concurrent()
            .send_robust_async(Gathered { journal }),
    );
    assert!(poll_once(send.as_mut()).is_pending());
    c.open();
    assert!(poll_once(send.as_mut()).is_pending());
    b.open();
    assert!(poll_once(send.as_mut()).is_pending());
    a.open();
    let Poll::Ready(results) = poll_once(send.as_mut()) else {
        panic!("all have ended");
    };
    assert_eq!(*results[0].answer.as_ref().unwrap(), 1);
    let errors: Vec<_> = results.errors().collect();
    assert_eq!(
        std::error::Error::source(errors[0]).unwrap().to_string(),
        "b"
    );
    assert_eq!(errors[1].panic_message(), Some("c"));
    assert_eq!(
        journal.take()[3..],
        ["c ends", "b ends", "a ends"],
        "nobody was dropped"
    );
}

#[test]
fn s19_a_panic_goes_through_a_plain_send_and_drops_the_siblings() {
    signal! {
        gathered(journal: &Journal) -> u32;
    }
    let [a, b, _] = doors();
    let _connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Ok(1)),
        waits(&gathered, |sent| sent.journal, "b", &b, || panic!("b")),
    ];
    b.open();
    let journal = &Journal::new();
    let send = || block_on(gathered.concurrent().send_async(Gathered { journal }));
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(send)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"b"));
    assert_eq!(
        journal.take(),
        ["a starts", "b starts", "b ends", "a dropped"]
    );
}

mod sync_fails {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) broken(journal: &Journal) -> u32;
    }

    #[receiver(broken)]
    async fn never_starts(journal: &Journal) -> u32 {
        journal.note("async");
        1
    }

    #[receiver(broken)]
    fn fails() -> Result<u32, String> {
        Err("sync".into())
    }

    #[receiver(broken)]
    fn after(journal: &Journal) -> u32 {
        journal.note("after");
        3
    }
}

#[test]
fn s19_when_a_sync_receiver_fails_no_async_one_is_started() {
    use sync_fails::{Broken, broken};
    let journal = &Journal::new();
    let sent = block_on(broken.concurrent().send_async(Broken { journal }));
    assert!(
        sent.unwrap_err()
            .receiver()
            .unwrap()
            .path()
            .ends_with("fails")
    );
    assert!(journal.is_empty());
    let robust = block_on(broken.concurrent().send_robust_async(Broken { journal }));
    assert_eq!(robust.answers().collect::<Vec<_>>(), [&1, &3]);
    assert!(robust[1].answer.is_err());
    assert_eq!(journal.take(), ["after", "async"]);
}

#[test]
fn s19_only_async_receivers_at_once() {
    let [a, b, c] = doors();
    let _connections = [
        waits(&gathered, |sent| sent.journal, "a", &a, || Ok(1)),
        waits(&gathered, |sent| sent.journal, "b", &b, || Ok(2)),
        waits(&gathered, |sent| sent.journal, "c", &c, || Ok(3)),
    ];
    let journal = &Journal::new();
    let mut send = Box::pin(gathered.concurrent().send_async(Gathered { journal }));
    for door in [&c, &a, &b] {
        assert!(poll_once(send.as_mut()).is_pending());
        door.open();
    }
    let answers = block_on(send).unwrap();
    assert_eq!(answers.into_answers().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(journal.take()[3..], ["c ends", "a ends", "b ends"]);
}
