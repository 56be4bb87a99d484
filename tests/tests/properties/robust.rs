//! Results: of robust sends in place, of plain sends up to the first failure.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::collection::vec;
use proptest::prelude::{
    ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use signals_core::{BoxFuture, Connection, RobustResponses, SendError, signal};
use signals_tests::{block_on, logs, yield_now};

use super::turns::Turns;

signal! {
    tried(calls: &AtomicUsize) -> u32;
}

#[derive(Debug, Clone, Copy)]
enum End {
    Answers(u32),
    Fails(u32),
    Panics(u32),
}

#[derive(Debug, Clone, Copy)]
struct Behaviour {
    end: End,
    /// How often it yields; `None` is sync.
    yields: Option<u8>,
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let end = prop_oneof![
        4 => (0..100_u32).prop_map(End::Answers),
        1 => (0..100_u32).prop_map(End::Fails),
        1 => (0..100_u32).prop_map(End::Panics),
    ];
    let yields = proptest::option::of(0..3_u8);
    (end, yields).prop_map(|(end, yields)| Behaviour { end, yields })
}

fn end(end: End) -> Result<u32, String> {
    match end {
        End::Answers(answer) => Ok(answer),
        End::Fails(number) => Err(format!("failed {number}")),
        // Without the hook, that would print a page for each.
        End::Panics(number) => std::panic::resume_unwind(Box::new(format!("panicked {number}"))),
    }
}

fn connect(behaviour: Behaviour) -> Connection {
    match behaviour.yields {
        None => tried.connect(move |sent| {
            sent.calls.fetch_add(1, Ordering::Relaxed);
            end(behaviour.end)
        }),
        Some(yields) => tried.connect_boxed(move |sent| -> BoxFuture<'_, Result<u32, String>> {
            Box::pin(async move {
                sent.calls.fetch_add(1, Ordering::Relaxed);
                for _ in 0..yields {
                    yield_now().await;
                }
                end(behaviour.end)
            })
        }),
    }
}

/// What each receiver came to, as text.
fn results(sent: &RobustResponses<u32>) -> Vec<Result<u32, String>> {
    let text = |error: &signals_core::ReceiverError| match error.panic_message() {
        Some(message) => message.to_owned(),
        None => std::error::Error::source(error).unwrap().to_string(),
    };
    sent.iter()
        .map(|result| result.answer.as_ref().copied().map_err(text))
        .collect()
}

type RobustWay = fn(&AtomicUsize) -> RobustResponses<u32>;
type PlainWay = fn(&AtomicUsize) -> Result<Vec<u32>, SendError>;

const ROBUST: [RobustWay; 3] = [
    |calls| tried.send_robust(Tried { calls }),
    |calls| block_on(tried.send_robust_async(Tried { calls })),
    |calls| block_on(tried.concurrent().send_robust_async(Tried { calls })),
];

const PLAIN: [PlainWay; 4] = [
    |calls| Ok(tried.send(Tried { calls })?.into_answers().collect()),
    |calls| {
        let sent = block_on(tried.send_async(Tried { calls }))?;
        Ok(sent.into_answers().collect())
    },
    |calls| tried.pull(Tried { calls }).collect(),
    |calls| {
        let sent = block_on(tried.concurrent().send_async(Tried { calls }))?;
        Ok(sent.into_answers().collect())
    },
];

/// There is one signal for all cases of both.
static TURNS: Turns = Turns::new();

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_robust_send_has_every_result_in_place(behaviours in vec(behaviour(), 0..45)) {
        let _turn = TURNS.next();
        logs::record();
        let connections: Vec<Connection> = behaviours.iter().copied().map(connect).collect();
        let expected: Vec<Result<u32, String>> = behaviours
            .iter()
            .map(|behaviour| match behaviour.end {
                End::Answers(answer) => Ok(answer),
                End::Fails(number) => Err(format!("failed {number}")),
                End::Panics(number) => Err(format!("panicked {number}")),
            })
            .collect();
        let failures: Vec<&String> = expected.iter().filter_map(|r| r.as_ref().err()).collect();
        for send in ROBUST {
            let calls = AtomicUsize::new(0);
            let sent = send(&calls);
            prop_assert!(sent.refused().is_none());
            prop_assert_eq!(sent.is_ok(), failures.is_empty());
            prop_assert_eq!(results(&sent), expected.clone());
            prop_assert_eq!(calls.into_inner(), behaviours.len());
            // One record each, with the message.
            let mut records: Vec<String> = logs::take()
                .into_iter()
                .filter(|record| record.target == "signals.dispatch")
                .map(|record| record.message)
                .collect();
            prop_assert_eq!(records.len(), failures.len());
            for failure in &failures {
                let one = records.iter().position(|record| record.ends_with(failure.as_str()));
                prop_assert!(one.is_some(), "{} in {:?}", failure, records);
                records.swap_remove(one.unwrap());
            }
        }
        drop(connections);
    }

    #[test]
    fn a_plain_send_ends_at_the_first_failure(behaviours in vec(behaviour(), 0..12)) {
        let _turn = TURNS.next();
        let connections: Vec<Connection> = behaviours.iter().copied().map(connect).collect();
        let failure = behaviours
            .iter()
            .position(|behaviour| !matches!(behaviour.end, End::Answers(_)));
        let answers = |behaviours: &[Behaviour]| -> Vec<u32> {
            let answer = |behaviour: &Behaviour| match behaviour.end {
                End::Answers(answer) => Some(answer),
                _ => None,
            };
            behaviours.iter().filter_map(answer).collect()
        };
        for (way, send) in PLAIN.into_iter().enumerate() {
            let calls = AtomicUsize::new(0);
            let sent = catch_unwind(AssertUnwindSafe(|| send(&calls)));
            match failure {
                None => {
                    let sent = sent.unwrap().unwrap();
                    prop_assert_eq!(sent, answers(&behaviours));
                }
                // At once, which is the last way, another one may be first.
                Some(_) if way == 3 => prop_assert!(!matches!(sent, Ok(Ok(_)))),
                Some(index) => {
                    prop_assert_eq!(calls.load(Ordering::Relaxed), index + 1);
                    match (behaviours[index].end, sent) {
                        (End::Fails(number), Ok(Err(error))) => {
                            let source = std::error::Error::source(&error).unwrap();
                            prop_assert_eq!(source.to_string(), format!("failed {number}"));
                        }
                        (End::Panics(number), Err(panic)) => {
                            let message = panic.downcast_ref::<String>().unwrap();
                            prop_assert_eq!(message, &format!("panicked {number}"));
                        }
                        (end, sent) => panic!("{end:?} ended in {sent:?}"),
                    }
                }
            }
        }
        drop(connections);
    }
}
