//! The record of recent sends. One for the whole program, so all of it is one test, in a program of its own.

use signals_core::recent::{self, Outcome};
use signals_core::{Guarantee, Sender, receiver, signal, transaction};
use signals_tests::block_on;

struct WebShop;

signal! {
    recent_paid(sender, number: u32);
    recent_unheard();
    recent_saved(number: u32);
    recent_awaited();
    recent_checked();
    recent_deep(sender, way: Way);
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Plain,
    Robust,
    Async,
    RobustAsync,
    AtOnce,
    RobustAtOnce,
    Pulled,
    PulledAsync,
}

#[receiver(recent_deep)]
fn deeper(sender: Sender, way: Way) {
    let payload = RecentDeep { sender, way };
    match way {
        Way::Plain => drop(recent_deep.send(payload)),
        Way::Robust => drop(recent_deep.send_robust(payload)),
        Way::Async => drop(block_on(recent_deep.send_async(payload))),
        Way::RobustAsync => drop(block_on(recent_deep.send_robust_async(payload))),
        Way::AtOnce => drop(block_on(recent_deep.concurrent().send_async(payload))),
        Way::RobustAtOnce => {
            drop(block_on(
                recent_deep.concurrent().send_robust_async(payload),
            ));
        }
        Way::Pulled => drop(recent_deep.pull(payload).next()),
        Way::PulledAsync => drop(block_on(recent_deep.pull(payload).next_async())),
    }
}

#[receiver(recent_checked, before_commit)]
async fn check_later() {}

#[receiver(recent_awaited)]
async fn waits() {}

#[receiver(recent_saved, on_commit)]
async fn index(number: u32) {
    signals_tests::yield_now().await;
    assert!(number != 14, "fourteen");
}

#[receiver(recent_saved, before_commit)]
fn verify(number: u32) -> Result<(), String> {
    (number < 100).then_some(()).ok_or("too many".into())
}

#[receiver(recent_paid, dispatch_uid = "recent.receipt")]
fn receipt(number: u32) -> Result<(), String> {
    if number == 13 {
        return Err("thirteen".into());
    }
    recent_unheard.send(RecentUnheard).unwrap();
    Ok(())
}

#[receiver(recent_paid, when = |number: u32| number == 14)]
fn never() {
    panic!("fourteen");
}

fn mine() -> Vec<recent::Sent> {
    let is_mine = |sent: &recent::Sent| sent.signal.name().contains("recent_");
    recent::sends().into_iter().filter(is_mine).collect()
}

#[test]
fn the_last_sends_are_kept_while_it_is_on() {
    let pay = |number| {
        let sender = Sender::of::<WebShop>();
        recent_paid.send_robust(RecentPaid { sender, number })
    };
    pay(1);
    assert!(mine().is_empty());

    recent::record(100_000);
    let line = line!() + 1;
    let _ = pay(7);
    let _ = pay(13);
    let _ = pay(14);
    let sends = mine();
    let names: Vec<&str> = sends
        .iter()
        .map(|sent| sent.signal.name().rsplit("::").next().unwrap())
        .collect();
    // In the order in which they began; the nested ones ended first.
    assert_eq!(
        names,
        [
            "recent_paid",
            "recent_unheard",
            "recent_paid",
            "recent_paid",
            "recent_unheard"
        ]
    );
    let first = &sends[0];
    assert_eq!(first.sender, Sender::of::<WebShop>());
    assert!(first.site.file().ends_with("recent.rs"), "{:?}", first.site);
    assert!(first.site.line() < line);
    assert_eq!(first.receivers[0].outcome, Outcome::Succeeded);
    assert!(first.receivers[0].duration <= first.duration);
    assert_eq!(
        first.receivers[1].outcome.to_string(),
        "skipped: its condition said no"
    );
    assert_eq!(
        sends[2].receivers[0].outcome,
        Outcome::Failed("thirteen".into())
    );
    assert_eq!(
        sends[3].receivers[1].outcome,
        Outcome::Panicked("fourteen".into())
    );
    let shown = sends[2].to_string();
    for part in [
        "recent_paid",
        "WebShop",
        "recent.receipt",
        "failed: thirteen",
    ] {
        assert!(shown.contains(part), "{shown}");
    }

    // Receivers that wait are seen twice: when it was sent, and when they ran.
    recent::clear();
    for number in [7, 14, 100] {
        let _ = transaction::scope(|| recent_saved.send(RecentSaved { number }));
    }
    let shown: Vec<String> = mine()
        .iter()
        .map(|sent| {
            assert!(sent.site.file().ends_with("recent.rs"));
            let outcomes = sent.receivers.iter().map(|ran| ran.outcome.to_string());
            format!(
                "{} {}",
                sent.guarantee,
                outcomes.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    let waits = "inline waits for the end of the transaction, waits for the end of the transaction";
    assert_eq!(
        shown,
        [
            waits,
            "before_commit succeeded",
            "on_commit succeeded",
            waits,
            "before_commit succeeded",
            "on_commit panicked: fourteen",
            waits,
            "before_commit failed: too many",
        ]
    );

    a_refused_send_says_so_and_why();
    a_send_that_is_nested_too_deep_says_so();
    a_receiver_before_the_commit_that_nobody_can_wait_for_says_so();

    // A smaller ring keeps the newest; off, nothing is added.
    recent::record(1);
    assert!(recent::sends().len() <= 1);
    let _ = pay(7);
    assert!(recent::sends().len() <= 1);
    recent::record(0);
    recent::clear();
    let _ = pay(7);
    assert!(mine().is_empty());
}

fn a_send_that_is_nested_too_deep_says_so() {
    let deep = |way: Way| {
        recent::clear();
        let sender = Sender::of::<WebShop>();
        let _ = recent_deep.send_robust(RecentDeep { sender, way });
        let sends = mine();
        let (last, others) = sends.split_last().unwrap();
        assert!(others.iter().all(|it| it.refused.is_none()), "{way:?}");
        let why = last.refused.as_deref().unwrap_or_default();
        assert!(why.contains("recent_deep"), "{way:?}: {why}");
        assert!(last.receivers.is_empty());
        assert_eq!(last.sender, sender);
        sends.len()
    };
    let limit = signals_core::recursion_limit() as usize;
    for way in [
        Way::Plain,
        Way::Robust,
        Way::Async,
        Way::RobustAsync,
        Way::AtOnce,
        Way::RobustAtOnce,
        Way::Pulled,
        Way::PulledAsync,
    ] {
        assert_eq!(deep(way), limit + 1, "{way:?}");
    }
}

fn a_receiver_before_the_commit_that_nobody_can_wait_for_says_so() {
    recent::clear();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let done = transaction::scope(|| recent_checked.send(RecentChecked));
        done.unwrap_err();
    });
    let sends = mine();
    let [sent, refused] = &sends[..] else {
        panic!("{sends:?}")
    };
    assert!(sent.refused.is_none());
    assert_eq!(refused.guarantee, Guarantee::BeforeCommit);
    let why = refused.refused.as_deref().unwrap_or_default();
    assert!(why.contains("recent::check_later"), "{why}");
}

fn a_refused_send_says_so_and_why() {
    recent::clear();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        recent_awaited.send(RecentAwaited).unwrap_err();
        let _ = recent_awaited.send_robust(RecentAwaited);
        recent_awaited
            .pull(RecentAwaited)
            .next()
            .unwrap()
            .unwrap_err();
    });
    let sends = mine();
    assert_eq!(sends.len(), 3);
    for sent in sends {
        let why = sent.refused.as_deref().unwrap_or_default();
        assert!(why.contains("recent::waits"), "{why}");
        assert!(sent.receivers.is_empty());
        assert!(sent.to_string().contains("refused: "), "{sent}");
    }
    let report = recent::report();
    let blocks = report
        .split("\n\n")
        .filter(|block| block.contains("recent_awaited"));
    let blocks: Vec<&str> = blocks.collect();
    assert_eq!(blocks.len(), 3, "{report}");
    for block in blocks {
        assert!(block.contains("\nrefused "), "{block}");
    }
    recent_awaited.send(RecentAwaited).unwrap();
    assert!(mine().last().unwrap().refused.is_none());
}
