//! Django's `AsyncReceiversTests`: SG17–SG22. Results are in the defined order of the receivers
//! here, and not sync first (Q15).

use signals_core::{BoxError, Responses, RobustResponses, receiver, signal};
use signals_tests::{block_on, logs};

signal! {
    mixed() -> u32;
    mixed_failing() -> u32;
    only_async() -> u32;
    only_async_failing() -> u32;
    only_sync() -> u32;
}

#[receiver([mixed, mixed_failing, only_sync], priority = 4)]
fn sync_first() -> u32 {
    1
}

#[receiver([mixed, mixed_failing, only_async, only_async_failing], priority = 3)]
async fn async_second() -> u32 {
    signals_tests::yield_now().await;
    2
}

#[receiver([mixed, mixed_failing, only_sync], priority = 2)]
fn sync_third() -> u32 {
    3
}

#[receiver([mixed_failing, only_async_failing], priority = 1)]
async fn async_fails() -> Result<u32, BoxError> {
    signals_tests::yield_now().await;
    Err("fourth".into())
}

#[receiver([mixed, mixed_failing, only_async, only_async_failing])]
async fn async_last() -> u32 {
    5
}

fn answers(responses: Responses<u32>) -> Vec<u32> {
    responses.into_answers().collect()
}

fn results(responses: RobustResponses<u32>) -> Vec<Result<u32, String>> {
    assert!(responses.refused().is_none());
    let text =
        |error: &signals_core::ReceiverError| std::error::Error::source(error).unwrap().to_string();
    responses
        .into_iter()
        .map(|result| result.answer.map_err(|error| text(&error)))
        .collect()
}

const MIXED: [u32; 4] = [1, 2, 3, 5];

fn mixed_results() -> Vec<Result<u32, String>> {
    vec![Ok(1), Ok(2), Ok(3), Err("fourth".into()), Ok(5)]
}

#[test]
fn sg17_send_async_of_mixed_receivers_answers_in_order() {
    assert_eq!(
        answers(block_on(mixed.send_async(Mixed {})).unwrap()),
        MIXED
    );
    let at_once = block_on(mixed.concurrent().send_async(Mixed {}));
    assert_eq!(answers(at_once.unwrap()), MIXED);
}

#[test]
fn sg18_send_of_mixed_receivers_answers_the_same() {
    assert_eq!(answers(mixed.send(Mixed {}).unwrap()), MIXED);
}

#[test]
fn sg19_send_robust_has_the_async_failure_in_place() {
    logs::record();
    let sent = mixed_failing.send_robust(MixedFailing {});
    assert_eq!(results(sent), mixed_results());
    assert_eq!(logs::take().len(), 1);
}

#[test]
fn sg20_send_robust_async_has_it_too() {
    logs::record();
    let sent = block_on(mixed_failing.send_robust_async(MixedFailing {}));
    assert_eq!(results(sent), mixed_results());
    let sent = block_on(
        mixed_failing
            .concurrent()
            .send_robust_async(MixedFailing {}),
    );
    assert_eq!(results(sent), mixed_results());
    assert_eq!(logs::take().len(), 2, "one for each send");
}

#[test]
fn sg21_send_async_works_without_sync_receivers() {
    let sent = block_on(only_async.send_async(OnlyAsync {}));
    assert_eq!(answers(sent.unwrap()), [2, 5]);
    let sent = block_on(only_async.concurrent().send_async(OnlyAsync {}));
    assert_eq!(answers(sent.unwrap()), [2, 5]);
    assert_eq!(answers(only_async.send(OnlyAsync {}).unwrap()), [2, 5]);
}

#[test]
fn sg22_send_robust_async_works_without_sync_receivers() {
    let expected = [Ok(2), Err("fourth".to_owned()), Ok(5)];
    let sent = only_async_failing.send_robust(OnlyAsyncFailing {});
    assert_eq!(results(sent), expected);
    let sent = block_on(only_async_failing.send_robust_async(OnlyAsyncFailing {}));
    assert_eq!(results(sent), expected);
    let at_once = only_async_failing.concurrent();
    let sent = block_on(at_once.send_robust_async(OnlyAsyncFailing {}));
    assert_eq!(results(sent), expected);
}

#[test]
fn s19_only_sync_receivers_are_called_within_the_first_poll() {
    let mut sends = [
        Box::pin(async { answers(only_sync.send_async(OnlySync {}).await.unwrap()) })
            as signals_core::BoxFuture<'_, Vec<u32>>,
        Box::pin(async {
            let at_once = only_sync.concurrent();
            answers(at_once.send_async(OnlySync {}).await.unwrap())
        }),
    ];
    for send in &mut sends {
        let polled = signals_tests::poll_once(send.as_mut());
        assert_eq!(polled, std::task::Poll::Ready(vec![1, 3]));
    }
    let sent = block_on(only_sync.send_robust_async(OnlySync {}));
    assert_eq!(results(sent), [Ok(1), Ok(3)]);
}

#[test]
fn the_futures_can_be_spawned_on_other_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let sent = tokio::spawn(mixed.send_async(Mixed {})).await.unwrap();
        assert_eq!(answers(sent.unwrap()), MIXED);
        let sent = tokio::spawn(mixed_failing.send_robust_async(MixedFailing {}));
        assert_eq!(results(sent.await.unwrap()), mixed_results());
        let sent = tokio::spawn(mixed.concurrent().send_async(Mixed {}));
        assert_eq!(answers(sent.await.unwrap().unwrap()), MIXED);
        let sent = tokio::spawn(
            mixed_failing
                .concurrent()
                .send_robust_async(MixedFailing {}),
        );
        assert_eq!(results(sent.await.unwrap()), mixed_results());
    });
}
