//! `send_async` and `send_robust_async`: one receiver after another, in the defined order. CONFORMANCE
//! §1.9 as decided here.

use std::panic::catch_unwind;

use signals_core::{BoxError, receiver, signal};
use signals_tests::{Journal, block_on, yield_now};

signal! {
    turned(journal: &Journal, fail: &str) -> u32;
}

fn fails(name: &str, fail: &str) -> Result<u32, BoxError> {
    if let Some(rest) = fail.strip_prefix("panic:") {
        assert!(!rest.contains(name), "panic of {name}");
    } else if fail.contains(name) {
        return Err(format!("error of {name}").into());
    }
    Ok(1)
}

#[receiver(turned)]
async fn a(journal: &Journal, fail: &str) -> Result<u32, BoxError> {
    journal.note("a starts");
    yield_now().await;
    let result = fails("a", fail);
    journal.note("a ends");
    result
}

#[receiver(turned)]
fn b(journal: &Journal, fail: &str) -> Result<u32, BoxError> {
    journal.note("b");
    fails("b", fail)
}

#[receiver(turned)]
async fn c(journal: &Journal, fail: &str) -> Result<u32, BoxError> {
    journal.note("c starts");
    yield_now().await;
    let result = fails("c", fail);
    journal.note("c ends");
    result
}

fn plain(journal: &Journal, fail: &str) -> Result<usize, String> {
    block_on(turned.send_async(Turned { journal, fail }))
        .map(|responses| responses.len())
        .map_err(|error| std::error::Error::source(&error).unwrap().to_string())
}

/// The answers, and the texts of failures.
fn robust(journal: &Journal, fail: &str) -> Vec<Result<u32, String>> {
    let results = block_on(turned.send_robust_async(Turned { journal, fail }));
    results
        .into_iter()
        .map(|result| {
            result.answer.map_err(|error| match error.panic_message() {
                Some(message) => message.to_owned(),
                None => std::error::Error::source(&error).unwrap().to_string(),
            })
        })
        .collect()
}

const ALL: [&str; 5] = ["a starts", "a ends", "b", "c starts", "c ends"];

#[test]
fn s19_receivers_are_awaited_one_after_another() {
    let journal = &Journal::new();
    assert_eq!(plain(journal, "").unwrap(), 3);
    assert_eq!(journal.take(), ALL);
    assert_eq!(robust(journal, ""), [Ok(1), Ok(1), Ok(1)]);
    assert_eq!(journal.take(), ALL);
}

#[test]
fn s19_the_first_async_error_stops_a_plain_send() {
    let journal = &Journal::new();
    assert_eq!(plain(journal, "a c").unwrap_err(), "error of a");
    assert_eq!(journal.take(), ["a starts", "a ends"]);
    assert_eq!(plain(journal, "c").unwrap_err(), "error of c");
    assert_eq!(journal.take(), ALL);
}

#[test]
fn s19_a_sync_error_stops_the_async_ones_after_it() {
    let journal = &Journal::new();
    assert_eq!(plain(journal, "b").unwrap_err(), "error of b");
    assert_eq!(journal.take(), ["a starts", "a ends", "b"]);
}

#[test]
fn s19_in_a_robust_send_every_failure_is_in_its_place() {
    let journal = &Journal::new();
    let error = |name: &str| Err(format!("error of {name}"));
    assert_eq!(robust(journal, "a c"), [error("a"), Ok(1), error("c")]);
    assert_eq!(journal.take(), ALL);
    assert_eq!(robust(journal, "b"), [Ok(1), error("b"), Ok(1)]);
    assert_eq!(journal.take(), ALL);
    assert_eq!(
        robust(journal, "a b c"),
        [error("a"), error("b"), error("c")]
    );
}

#[test]
fn s19_an_async_panic_goes_through_a_plain_send() {
    for (name, left) in [("a", 1), ("b", 3), ("c", 4)] {
        let journal = &Journal::new();
        let fail = format!("panic:{name}");
        let panic = catch_unwind(|| plain(journal, &fail)).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.ends_with(&format!("panic of {name}")), "{message}");
        assert_eq!(journal.take(), ALL[..left], "nobody after it runs");
    }
}

#[test]
fn s19_an_async_panic_is_a_result_of_a_robust_send() {
    let journal = &Journal::new();
    let results = robust(journal, "panic:a c");
    assert!(results[0].as_ref().unwrap_err().ends_with("panic of a"));
    assert_eq!(results[1], Ok(1));
    assert!(results[2].as_ref().unwrap_err().ends_with("panic of c"));
    assert_eq!(journal.take(), ["a starts", "b", "c starts"]);
}

/// Q11: Django 6.1 turns a receiver's `CancelledError` into the answer `None`.
#[test]
fn s19_a_cancelled_task_in_a_receiver_is_its_error() {
    signal! {
        cancelled() -> u32;
    }

    #[receiver(cancelled)]
    async fn awaits_a_cancelled_task() -> Result<u32, tokio::task::JoinError> {
        let task = tokio::spawn(std::future::pending::<u32>());
        task.abort();
        task.await
    }

    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let error = cancelled.send_async(Cancelled {}).await.unwrap_err();
        let own: &tokio::task::JoinError = error.downcast_ref().unwrap();
        assert!(own.is_cancelled());
        let robust = cancelled.send_robust_async(Cancelled {}).await;
        assert_eq!((robust.len(), robust.errors().count()), (1, 1));
    });
}

#[test]
fn receivers_may_borrow_across_an_await_and_change_the_payload() {
    signal! {
        borrowed(words: &[&str], out: &mut String);
    }

    #[receiver(borrowed)]
    async fn joins(words: &[&str], out: &mut String) {
        for word in words {
            yield_now().await;
            out.push_str(word);
        }
    }

    #[receiver(borrowed)]
    async fn ends(event: &mut Borrowed<'_>) {
        yield_now().await;
        event.out.push('!');
    }

    let (mut out, owned) = (String::new(), [String::from("a"), String::from("b")]);
    let words: Vec<&str> = owned.iter().map(String::as_str).collect();
    block_on(borrowed.send_async(Borrowed {
        words: &words,
        out: &mut out,
    }))
    .unwrap();
    assert_eq!(out, "ab!");
}
