//! Answers as they come: `pull`.

use std::iter::FusedIterator;

use signals_core::{Pull, SendError, SendErrorKind, receiver, signal, transaction};
use signals_tests::{Journal, block_on};

signal! {
    offered(journal: &Journal, at: u32) -> u32;
}

#[receiver(offered)]
fn one(journal: &Journal) -> u32 {
    journal.note("one");
    1
}

#[receiver(offered)]
async fn two(journal: &Journal) -> u32 {
    signals_tests::yield_now().await;
    journal.note("two");
    2
}

#[receiver(offered, when = |at: u32| at == 9)]
fn skipped(journal: &Journal) -> u32 {
    journal.note("skipped");
    9
}

#[receiver(offered)]
fn three(journal: &Journal, at: u32) -> Result<u32, String> {
    journal.note("three");
    if at == 3 {
        return Err("no three".into());
    }
    Ok(3)
}

#[receiver(offered)]
fn four(journal: &Journal) -> u32 {
    journal.note("four");
    4
}

fn pull(journal: &Journal, at: u32) -> Pull<'_, offered> {
    offered.pull(Offered { journal, at })
}

#[test]
fn nobody_runs_before_an_answer_is_asked_for() {
    let journal = &Journal::new();
    let mut pull = pull(journal, 0);
    assert!(journal.is_empty());
    assert_eq!(pull.next().unwrap().unwrap().answer, 1);
    assert_eq!(journal.take(), ["one"]);
    let second = pull.next().unwrap().unwrap();
    assert_eq!(second.answer, 2);
    assert!(second.receiver.path().ends_with("pull::two"));
    drop(pull);
    assert_eq!(journal.take(), ["two"], "and nobody after the last asked");
}

#[test]
fn combiners_stop_when_satisfied() {
    let journal = &Journal::new();
    assert_eq!(pull(journal, 0).first().unwrap(), Some(1));
    assert_eq!(journal.take(), ["one"]);

    let found = pull(journal, 0).find(|answer| *answer > 1).unwrap();
    assert_eq!(found.unwrap().answer, 2);
    assert_eq!(journal.take(), ["one", "two"]);

    assert!(pull(journal, 0).any(|answer| answer == 2).unwrap());
    assert_eq!(journal.take(), ["one", "two"]);

    assert!(!pull(journal, 0).all(|answer| answer == 1).unwrap());
    assert_eq!(journal.take(), ["one", "two"]);
}

#[test]
fn combiners_ask_everybody_when_not_satisfied() {
    let journal = &Journal::new();
    let all = ["one", "two", "three", "four"];
    assert!(
        pull(journal, 0)
            .find(|answer| *answer > 4)
            .unwrap()
            .is_none()
    );
    assert_eq!(journal.take(), all);
    assert!(!pull(journal, 0).any(|answer| answer > 4).unwrap());
    assert_eq!(journal.take(), all);
    assert!(pull(journal, 0).all(|answer| answer < 5).unwrap());
    assert_eq!(journal.take(), all);
    assert_eq!(
        pull(journal, 0)
            .fold(0, |sum, answer| sum + answer)
            .unwrap(),
        10
    );
    assert_eq!(journal.take(), all);
    assert_eq!(
        pull(journal, 0).collect::<Vec<u32>>().unwrap(),
        [1, 2, 3, 4]
    );
    assert_eq!(journal.take(), all);
}

#[test]
fn an_error_stops_combiners_and_names_its_receiver() {
    let journal = &Journal::new();
    let three = ["one", "two", "three"];
    let errors = [
        pull(journal, 3).find(|answer| *answer > 2).unwrap_err(),
        pull(journal, 3).any(|answer| answer > 2).unwrap_err(),
        pull(journal, 3).all(|answer| answer < 9).unwrap_err(),
        pull(journal, 3).fold((), |(), _| ()).unwrap_err(),
        pull(journal, 3).collect::<Vec<u32>>().unwrap_err(),
    ];
    for error in errors {
        assert!(error.receiver().unwrap().path().ends_with("pull::three"));
    }
    assert_eq!(journal.take(), three.repeat(5));
    assert_eq!(pull(journal, 3).first().unwrap(), Some(1), "not reached");
}

#[test]
fn by_hand_an_error_is_in_its_place_and_the_next_goes_on() {
    let journal = &Journal::new();
    let answers: Vec<Option<u32>> = pull(journal, 3)
        .map(|response| response.ok().map(|response| response.answer))
        .collect();
    assert_eq!(answers, [Some(1), Some(2), None, Some(4)]);
    assert_eq!(journal.take(), ["one", "two", "three", "four"]);
}

#[test]
fn answers_are_awaited_with_next_async() {
    let journal = &Journal::new();
    let answers = block_on(async {
        let mut answers = Vec::new();
        let mut pull = pull(journal, 3);
        while let Some(response) = pull.next_async().await {
            answers.push(response.ok().map(|response| response.answer));
            if answers.len() == 3 {
                break;
            }
        }
        answers
    });
    assert_eq!(answers, [Some(1), Some(2), None]);
    assert_eq!(journal.take(), ["one", "two", "three"]);
}

#[test]
fn a_pull_is_fused_and_may_be_moved_to_another_thread() {
    fn assert_fused(_: &impl FusedIterator) {}
    let journal = &Journal::new();
    std::thread::scope(|scope| {
        let mut pull = pull(journal, 0);
        assert_fused(&pull);
        scope.spawn(move || {
            assert_eq!(pull.by_ref().count(), 4);
            assert!(pull.next().is_none());
            assert!(block_on(pull.next_async()).is_none());
        });
    });
}

#[test]
fn nobody_answers_an_empty_pull() {
    signal! {
        lonely(n: u8) -> u8;
    }
    assert_eq!(lonely.pull(Lonely { n: 1 }).first().unwrap(), None);
    assert!(lonely.pull(Lonely { n: 1 }).all(|_| false).unwrap());
    assert!(!lonely.pull(Lonely { n: 1 }).any(|_| true).unwrap());
}

#[test]
fn a_pull_that_cannot_wait_is_refused_before_anybody_runs() {
    let journal = &Journal::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let mut refused = pull(journal, 0);
        let error = refused.next().unwrap().unwrap_err();
        assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
        assert!(refused.next().is_none(), "once");
        assert!(journal.is_empty());
        let mut awaited = pull(journal, 0);
        assert_eq!(awaited.next_async().await.unwrap().unwrap().answer, 1);
    });
}

signal! {
    settled(journal: &Journal);
}

#[receiver(settled)]
fn notes(journal: &Journal) {
    journal.note("notes");
}

#[receiver(settled, on_commit)]
async fn tells() {}

#[test]
fn what_would_have_waited_for_a_transaction_that_is_over_is_waited_for_too() {
    let journal = &Journal::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let begun = transaction::scope(|| Ok::<_, SendError>(settled.pull(Settled { journal })));
        let mut pull = begun.unwrap().value;
        let error = pull.next().unwrap().unwrap_err();
        assert!(matches!(error.kind(), SendErrorKind::AsyncReceiver { .. }));
        assert!(journal.is_empty(), "it is known before anybody runs");
    });
}

#[test]
fn who_was_awaited_already_is_not_waited_for_again() {
    let journal = &Journal::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let mut pull = pull(journal, 0);
        assert_eq!(pull.next_async().await.unwrap().unwrap().answer, 1);
        assert_eq!(pull.next_async().await.unwrap().unwrap().answer, 2);
        assert_eq!(pull.collect::<Vec<u32>>().unwrap(), [3, 4]);
    });
    assert_eq!(journal.take(), ["one", "two", "three", "four"]);
}

#[test]
fn a_veto_is_an_argument_that_receivers_change() {
    signal! {
        closing(allowed: &mut bool, journal: &Journal);
    }

    #[receiver(closing)]
    fn editor(allowed: &mut bool) {
        *allowed = false;
    }

    #[receiver(closing)]
    fn printer(journal: &Journal) {
        journal.note("printer");
    }

    let (journal, mut allowed) = (&Journal::new(), true);
    let pulled = closing.pull(Closing {
        allowed: &mut allowed,
        journal,
    });
    assert_eq!(pulled.first().unwrap(), Some(()));
    assert!(!allowed && journal.is_empty());
}
