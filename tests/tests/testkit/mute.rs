//! Keeping receivers from running.

use std::sync::Arc;

use signals_core::testing::{self, Outcome, Skip};
use signals_core::{Sender, receiver, signal, transaction};
use signals_tests::Journal;
use signals_tests::block_on;

struct WebShop;
struct Kiosk;

signal! {
    paid(sender, journal: &Arc<Journal>);
    shipped(sender, journal: &Arc<Journal>);
    asked(journal: &Arc<Journal>) -> u32;
}

#[receiver([paid, shipped], dispatch_uid = "ux12 mail", priority = 2)]
fn mail(journal: &Arc<Journal>) {
    journal.note("mail");
}

#[receiver([paid, shipped])]
fn ledger_entry(journal: &Arc<Journal>) {
    journal.note("ledger");
}

#[receiver(paid, on_commit, dispatch_uid = "ux12 later")]
fn later(journal: &Arc<Journal>) {
    journal.note("later");
}

#[receiver(paid, dispatch_uid = "ux12 async", priority = -1)]
async fn slow(journal: &Arc<Journal>) {
    journal.note("slow");
}

#[receiver(asked)]
fn answer(journal: &Arc<Journal>) -> u32 {
    journal.note("answer");
    4
}

fn pay(journal: &Arc<Journal>) {
    let sender = Sender::of::<WebShop>();
    paid.send(Paid { sender, journal }).unwrap();
}

fn ship(journal: &Arc<Journal>) {
    let sender = Sender::of::<Kiosk>();
    shipped.send(Shipped { sender, journal }).unwrap();
}

#[test]
fn ux12_a_muted_signal_calls_nobody_and_its_sends_succeed() {
    let journal = Arc::<Journal>::default();
    let muted = testing::mute(&paid);
    pay(&journal);
    let sender = Sender::of::<WebShop>();
    let (journal_of, now) = (&journal, || Paid {
        sender,
        journal: &journal,
    });
    assert_eq!(paid.send(now()).unwrap().count(), 0);
    assert_eq!(paid.send_robust(now()).count(), 0);
    assert_eq!(block_on(paid.send_async(now())).unwrap().count(), 0);
    assert_eq!(block_on(paid.send_robust_async(now())).count(), 0);
    assert_eq!(
        block_on(paid.concurrent().send_async(now()))
            .unwrap()
            .count(),
        0
    );
    assert!(paid.pull(now()).first().unwrap().is_none());
    // Others are not muted.
    ship(journal_of);
    assert_eq!(journal.take(), ["mail", "ledger"]);
    drop(muted);
    pay(&journal);
    assert_eq!(journal.take(), ["mail", "ledger", "later", "slow"]);
}

#[test]
fn a_muted_signal_asks_nobody() {
    let journal = Arc::<Journal>::default();
    let _muted = testing::mute(&asked);
    let payload = Asked { journal: &journal };
    assert!(asked.send(payload).unwrap().is_empty());
    assert!(journal.take().is_empty());
}

#[test]
fn ux12_one_receiver_is_muted_by_uid_path_or_end_of_path_on_all_its_signals() {
    let journal = Arc::<Journal>::default();
    {
        let _muted = testing::mute_receiver("ux12 mail");
        pay(&journal);
        ship(&journal);
        assert_eq!(journal.take(), ["ledger", "later", "slow", "ledger"]);
    }
    {
        let _muted = testing::mute_receiver("ledger_entry");
        ship(&journal);
        assert_eq!(journal.take(), ["mail"]);
    }
    {
        let _muted = testing::mute_receiver(concat!(module_path!(), "::ledger_entry"));
        ship(&journal);
        assert_eq!(journal.take(), ["mail"]);
    }
}

#[test]
fn ux12_one_sender_is_muted() {
    let journal = Arc::<Journal>::default();
    let _muted = testing::mute_sender(Sender::of::<WebShop>());
    pay(&journal);
    ship(&journal);
    assert_eq!(journal.take(), ["mail", "ledger"]);
}

#[test]
fn only_leaves_these_and_nests() {
    let journal = Arc::<Journal>::default();
    let _only = testing::only(["ux12 mail", "ledger_entry"]);
    pay(&journal);
    assert_eq!(journal.take(), ["mail", "ledger"]);
    {
        let _both = testing::only(["ledger_entry", "ux12 later"]);
        pay(&journal);
        assert_eq!(journal.take(), ["ledger"]);
        let _none = testing::only([]);
        pay(&journal);
        assert!(journal.take().is_empty());
    }
    pay(&journal);
    assert_eq!(journal.take(), ["mail", "ledger"]);
}

#[test]
fn what_is_muted_does_not_wait_for_the_commit_either() {
    let journal = Arc::<Journal>::default();
    transaction::scope(|| {
        let muted = testing::mute_receiver("ux12 later");
        pay(&journal);
        drop(muted);
        pay(&journal);
        Ok::<_, signals_core::SendError>(())
    })
    .unwrap();
    let later = |line: &&String| *line == "later";
    assert_eq!(journal.take().iter().filter(later).count(), 1);
}

#[test]
fn an_async_receiver_that_is_muted_is_no_reason_to_refuse_a_plain_send() {
    let journal = Arc::<Journal>::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let sender = Sender::of::<WebShop>();
        let now = || Paid {
            sender,
            journal: &journal,
        };
        paid.send(now()).unwrap_err();
        assert!(journal.take().is_empty());
        let _muted = testing::mute_receiver("ux12 async");
        paid.send(now()).unwrap();
    });
    assert_eq!(journal.take(), ["mail", "ledger", "later"]);
}

#[test]
fn a_capture_tells_who_was_muted() {
    let journal = Arc::<Journal>::default();
    let ships = testing::capture(&shipped);
    let _muted = testing::mute_receiver("ux12 mail");
    ship(&journal);
    let sent = ships.only();
    let mail_entry = &sent.receivers[0];
    assert_eq!(mail_entry.receiver.key(), "ux12 mail");
    assert_eq!(mail_entry.outcome, Outcome::Skipped(Skip::Muted));
    assert_eq!(sent.receivers[1].outcome, Outcome::Succeeded);
}

#[test]
fn muting_changes_neither_order_nor_tables() {
    let before: Vec<String> = paid.receivers().iter().map(|it| it.key()).collect();
    let muted = testing::mute(&paid);
    let during: Vec<String> = paid.receivers().iter().map(|it| it.key()).collect();
    drop(muted);
    let after: Vec<String> = paid.receivers().iter().map(|it| it.key()).collect();
    assert_eq!(before, during);
    assert_eq!(before, after);
    assert!(paid.has_listeners(Sender::of::<WebShop>()));
}
