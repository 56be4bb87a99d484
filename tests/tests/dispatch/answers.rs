//! What comes back: `Responses`, `RobustResponses`, `Delivered`, and what a receiver may return.

use signals_core::{BoxError, BoxFuture, Responses, receiver, signal};
use signals_tests::block_on;

/// Neither `Clone` nor `Debug` nor `Default`.
struct Quote(u32);

#[derive(Debug, thiserror::Error)]
#[error("too heavy: {0}")]
struct TooHeavy(u32);

mod quotes {
    use super::{BoxError, Quote, TooHeavy, receiver, signal};

    signal! {
        pub(super) asked(weight: u32) -> Quote;
    }

    #[receiver(asked)]
    fn bare(weight: u32) -> Quote {
        Quote(weight)
    }

    #[receiver(asked)]
    fn own_error(weight: u32) -> Result<Quote, TooHeavy> {
        if weight > 100 {
            return Err(TooHeavy(weight));
        }
        Ok(Quote(weight * 2))
    }

    #[receiver(asked)]
    async fn boxed(weight: u32) -> Result<Quote, BoxError> {
        signals_tests::yield_now().await;
        if weight > 1_000 {
            return Err("a tonne".into());
        }
        Ok(Quote(weight * 3))
    }

    #[receiver(asked)]
    fn any_error(weight: u32) -> anyhow::Result<Quote> {
        anyhow::ensure!(weight > 0, "nothing to carry");
        Ok(Quote(weight * 4))
    }

    #[receiver(asked)]
    fn text(weight: u32) -> Result<Quote, String> {
        weight
            .checked_mul(5)
            .map(Quote)
            .ok_or_else(|| "overflow".into())
    }
}

#[test]
fn answers_need_not_be_clone_and_come_in_order() {
    use quotes::{Asked, asked};
    let check = |responses: Responses<Quote>| {
        assert_eq!(responses.len(), 5);
        assert!(
            responses
                .answers()
                .map(|quote| quote.0)
                .eq([7, 14, 21, 28, 35])
        );
        assert!(responses[2].receiver.is_async());
        let paths: Vec<String> = (&responses)
            .into_iter()
            .map(|response| response.receiver.path())
            .collect();
        assert!(paths[0].ends_with("quotes::bare") && paths[4].ends_with("quotes::text"));
        let owned: Vec<Quote> = responses.into_answers().collect();
        assert_eq!(owned[4].0, 35);
    };
    check(asked.send(Asked { weight: 7 }).unwrap());
    check(block_on(asked.send_async(Asked { weight: 7 })).unwrap());
    check(block_on(asked.concurrent().send_async(Asked { weight: 7 })).unwrap());
}

#[test]
fn every_kind_of_error_arrives_in_its_place() {
    use quotes::{Asked, asked};
    let robust = asked.send_robust(Asked { weight: u32::MAX });
    assert_eq!(robust.len(), 5);
    let texts: Vec<Option<String>> = robust
        .iter()
        .map(|result| {
            let error = result.answer.as_ref().err()?;
            Some(std::error::Error::source(error)?.to_string())
        })
        .collect();
    assert_eq!(texts[0], None);
    assert_eq!(texts[1].as_deref(), Some("too heavy: 4294967295"));
    assert_eq!(texts[2].as_deref(), Some("a tonne"));
    assert_eq!(texts[4].as_deref(), Some("overflow"));

    let robust = asked.send_robust(Asked { weight: 0 });
    let errors: Vec<_> = robust.errors().collect();
    assert_eq!(errors.len(), 1);
    let source = std::error::Error::source(errors[0]).unwrap();
    assert_eq!(source.to_string(), "nothing to carry");
    assert!(robust[3].answer.is_err());
    assert_eq!(robust.answers().count(), 4);
}

#[test]
fn delivered_counts_who_was_called() {
    signal! {
        told(loud: bool);
    }

    #[receiver(told)]
    fn one() {}

    #[receiver(told)]
    fn two() -> Result<(), TooHeavy> {
        Ok(())
    }

    #[receiver(told, when = |loud: bool| loud)]
    async fn three() {}

    let owner = std::sync::Arc::new(());
    told.connect_weak(&owner, |(), _| ());
    let count = |loud| told.send(Told { loud }).unwrap().count();
    assert_eq!((count(true), count(false)), (4, 3));
    drop(owner);
    assert_eq!((count(true), count(false)), (3, 2));
}

#[test]
fn connections_answer_like_receivers() {
    signal! {
        counted(words: &[&str]) -> Vec<String>;
    }
    async fn later(sent: &Counted<'_>) -> Result<Vec<String>, TooHeavy> {
        signals_tests::yield_now().await;
        Ok(sent.words.iter().map(|word| format!("{word}?")).collect())
    }
    async fn of_owner(owner: std::sync::Arc<String>, sent: &Counted<'_>) -> Vec<String> {
        vec![format!("{owner} {}", sent.words.len())]
    }
    let prefix = String::from("boxed");
    let owner = std::sync::Arc::new(String::from("owner"));
    let _connections = [
        counted.connect(|sent| vec![sent.words.len().to_string()]),
        counted.connect(|_| Err::<Vec<String>, _>("no").or(Ok::<_, BoxError>(vec![]))),
        counted.connect_async(later),
        counted.connect_async(async |sent: &Counted<'_>| vec![sent.words.concat()]),
        counted.connect_boxed(move |sent| -> BoxFuture<'_, Vec<String>> {
            let prefix = prefix.clone();
            Box::pin(async move { vec![prefix, sent.words.join("+")] })
        }),
    ];
    counted.connect_async_weak(&owner, of_owner);
    let words: &[&str] = &["a", "b"];
    let expected: [&[&str]; 6] = [
        &["2"],
        &[],
        &["a?", "b?"],
        &["ab"],
        &["boxed", "a+b"],
        &["owner 2"],
    ];
    let check = |responses: Responses<Vec<String>>| {
        let answers: Vec<_> = responses.into_answers().collect();
        assert_eq!(answers, expected);
    };
    check(counted.send(Counted { words }).unwrap());
    check(block_on(counted.send_async(Counted { words })).unwrap());
    check(block_on(counted.concurrent().send_async(Counted { words })).unwrap());
    drop(owner);
    assert_eq!(counted.send(Counted { words }).unwrap().len(), 5);
}

#[test]
fn robust_answers_are_taken_out_by_value() {
    use quotes::{Asked, asked};
    let robust = asked.send_robust(Asked { weight: 101 });
    assert!(!robust.is_ok());
    let (fine, failed): (Vec<_>, Vec<_>) = robust
        .into_iter()
        .map(|result| result.answer)
        .partition(Result::is_ok);
    assert_eq!((fine.len(), failed.len()), (4, 1));
    let quotes: Vec<u32> = fine.into_iter().flatten().map(|quote| quote.0).collect();
    assert_eq!(quotes, [101, 303, 404, 505]);
}
