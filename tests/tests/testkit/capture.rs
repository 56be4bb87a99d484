//! Capturing what is sent.

use signals_core::testing::{self, Outcome, Skip};
use signals_core::{
    Model, Sender, assert_not_sent, assert_sent, assert_sent_once, in_current_scope, receiver,
    signal,
};
use signals_tests::block_on;

struct WebShop;
struct Kiosk;

/// No `Debug`, on purpose.
struct Parcel(u32);

#[derive(Debug, Clone, Model)]
struct User {
    id: u64,
    name: String,
}

signal! {
    order_paid(sender, number: u32, customer: &str, parcel: &Parcel);
    nobody_hears(number: u32);
    quoted(weight: u32) -> u32;
    saving<M: Model>(sender: M, instance: &mut M, created: bool);
    audited(number: u32);
    scrawled();
}

#[receiver(order_paid, dispatch_uid = "receipt")]
fn send_receipt(number: u32) -> Result<(), std::io::Error> {
    match number {
        13 => Err(std::io::Error::other("the printer is on fire")),
        _ => Ok(()),
    }
}

#[receiver(order_paid, when = |number: u32| number > 100, dispatch_uid = "large")]
fn celebrate() {}

#[receiver(order_paid, sender = Kiosk, dispatch_uid = "kiosk")]
fn count() {}

#[receiver(quoted)]
fn post(weight: u32) -> u32 {
    weight * 3
}

#[receiver(saving, sender = User)]
fn shout(instance: &mut User) {
    instance.name = instance.name.to_uppercase();
}

#[receiver(audited, dispatch_uid = "slow")]
async fn slow(number: u32) -> Result<(), String> {
    signals_tests::yield_now().await;
    if number == 13 {
        return Err("no".into());
    }
    assert_ne!(number, 14, "fourteen");
    Ok(())
}

/// An error that cannot be printed.
#[derive(Debug)]
struct Unprintable;

impl std::fmt::Display for Unprintable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Err(std::fmt::Error)
    }
}

impl std::error::Error for Unprintable {}

#[receiver(scrawled)]
fn scrawls() -> Result<(), Unprintable> {
    Err(Unprintable)
}

fn pay(number: u32) -> Result<(), signals_core::SendError> {
    let parcel = Parcel(number);
    order_paid.send(OrderPaid {
        sender: Sender::of::<WebShop>(),
        number,
        customer: "Ada",
        parcel: &parcel,
    })?;
    Ok(())
}

#[test]
fn rg08_ux13_it_tells_what_was_sent_how_often_by_whom_and_with_which_arguments() {
    let paid = testing::capture_with(&order_paid, |it| (it.number, it.parcel.0));
    assert_not_sent!(paid);
    pay(7).unwrap();
    pay(8).unwrap();

    assert_eq!(paid.count(), 2);
    let [first, second] = &paid.sent()[..] else {
        panic!("two were sent")
    };
    assert_eq!(first.sender, Sender::of::<WebShop>());
    assert_eq!((first.snapshot, second.snapshot), ((7, 7), (8, 8)));
    assert!(first.arguments.contains("number: 7"), "{}", first.arguments);
    assert!(
        first.arguments.contains(r#"customer: "Ada""#),
        "{}",
        first.arguments
    );
    // What has no `Debug` is shown by its type.
    assert!(first.arguments.contains("Parcel>"), "{}", first.arguments);

    assert_sent!(paid, |sent| sent.snapshot.0 == 8);
    assert_not_sent!(paid, |sent| sent.snapshot.0 == 9);
}

#[test]
fn it_tells_who_ran_with_which_result_and_who_did_not_and_why() {
    let paid = testing::capture(&order_paid);
    pay(13).unwrap_err();
    pay(101).unwrap();

    let failed = &paid.sent()[0].receivers;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0].receiver.key(), "receipt");
    assert_eq!(
        failed[0].outcome,
        Outcome::Failed("the printer is on fire".into())
    );

    let ran = paid.sent()[1].receivers.clone();
    let outcome = |key: &str| {
        let ran = ran.iter().find(|ran| ran.receiver.key() == key);
        ran.map(|ran| ran.outcome.clone())
    };
    assert_eq!(outcome("receipt"), Some(Outcome::Succeeded));
    assert_eq!(outcome("large"), Some(Outcome::Succeeded));
    // Another sender's receiver was not found at all.
    assert_eq!(outcome("kiosk"), None);

    pay(1).unwrap();
    let last = paid.sent()[2].clone();
    let large = &last.receivers[1];
    assert_eq!(large.outcome, Outcome::Skipped(Skip::Condition));
}

#[test]
fn a_signal_that_nobody_hears_is_captured() {
    let heard = testing::capture(&nobody_hears);
    nobody_hears.send(NobodyHears { number: 4 }).unwrap();
    nobody_hears.send_robust(NobodyHears { number: 5 });
    block_on(nobody_hears.send_async(NobodyHears { number: 6 })).unwrap();
    block_on(nobody_hears.send_robust_async(NobodyHears { number: 7 }));
    block_on(
        nobody_hears
            .concurrent()
            .send_async(NobodyHears { number: 8 }),
    )
    .unwrap();
    drop(nobody_hears.pull(NobodyHears { number: 9 }));
    let numbers: Vec<String> = heard.sent().into_iter().map(|it| it.arguments).collect();
    assert_eq!(numbers.len(), 6, "{numbers:?}");
    assert!(numbers[5].contains('9'));

    drop(heard);
    nobody_hears.send(NobodyHears { number: 10 }).unwrap();
}

#[test]
fn arguments_are_as_they_were_sent_and_receivers_change_them_all_the_same() {
    let saved = testing::capture_with(&saving, |it| format!("{:?}", it.instance));
    let mut user = User {
        id: 1,
        name: "ada".into(),
    };
    saving
        .send(Saving {
            instance: &mut user,
            created: true,
        })
        .unwrap();
    assert_eq!(user.name, "ADA");
    let sent = saved.only();
    assert!(sent.snapshot.contains("ada"), "{}", sent.snapshot);
    assert_eq!(sent.sender, Sender::model::<User>());
}

#[test]
fn answers_are_as_ever() {
    let _quoted = testing::capture(&quoted);
    let answers = quoted.send(Quoted { weight: 7 }).unwrap();
    assert_eq!(answers.into_answers().collect::<Vec<_>>(), [21]);
}

#[test]
fn captures_nest_and_each_sees_what_is_sent_while_it_lives() {
    let outer = testing::capture(&quoted);
    quoted.send(Quoted { weight: 1 }).unwrap();
    let inner = testing::capture(&quoted);
    quoted.send(Quoted { weight: 2 }).unwrap();
    // In the wrong order.
    drop(outer);
    quoted.send(Quoted { weight: 3 }).unwrap();
    assert_eq!(inner.count(), 2);
    let second = testing::capture(&quoted);
    drop(inner);
    quoted.send(Quoted { weight: 4 }).unwrap();
    assert_sent_once!(second, |sent| sent.arguments.contains('4'));
}

#[test]
fn a_capture_ends_with_a_panic() {
    let panicked = std::panic::catch_unwind(|| {
        let _paid = testing::capture(&order_paid);
        let _muted = testing::mute(&order_paid);
        pay(13).unwrap();
        std::panic::panic_any("on purpose");
    });
    assert!(panicked.is_err());
    pay(13).unwrap_err();
}

#[test]
fn async_receivers_are_seen_in_turn_at_once_and_robust() {
    let audits = testing::capture(&audited);
    block_on(audited.send_async(Audited { number: 13 })).unwrap_err();
    block_on(audited.send_robust_async(Audited { number: 14 }));
    block_on(audited.concurrent().send_async(Audited { number: 13 })).unwrap_err();
    block_on(
        audited
            .concurrent()
            .send_robust_async(Audited { number: 14 }),
    );
    audited.send(Audited { number: 1 }).unwrap();
    let outcomes: Vec<Outcome> = audits
        .sent()
        .into_iter()
        .map(|sent| sent.receivers[0].outcome.clone())
        .collect();
    let failed = Outcome::Failed("no".into());
    let is_panic = |outcome: &Outcome| matches!(outcome, Outcome::Panicked(message) if message.contains("fourteen"));
    assert_eq!(outcomes[0], failed);
    assert!(is_panic(&outcomes[1]), "{outcomes:?}");
    assert_eq!(outcomes[2], failed);
    assert!(is_panic(&outcomes[3]), "{outcomes:?}");
    assert_eq!(outcomes[4], Outcome::Succeeded);
}

#[test]
fn a_dropped_send_says_so() {
    let audits = testing::capture(&audited);
    for at_once in [false, true] {
        let payload = Audited { number: 1 };
        let mut send: std::pin::Pin<Box<dyn Future<Output = _>>> = if at_once {
            Box::pin(audited.concurrent().send_async(payload))
        } else {
            Box::pin(audited.send_async(payload))
        };
        assert!(signals_tests::poll_once(send.as_mut()).is_pending());
        drop(send);
    }
    for sent in audits.sent() {
        assert_eq!(sent.receivers[0].outcome, Outcome::Cancelled);
    }
}

#[test]
fn what_is_spawned_is_captured_when_asked() {
    let audits = testing::capture(&audited);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let send = |number| audited.send_async(Audited { number });
    let asked = runtime.spawn(in_current_scope(async move { send(1).await.is_ok() }));
    assert!(runtime.block_on(asked).unwrap());
    let not_asked = runtime.spawn(async move { send(2).await.is_ok() });
    assert!(runtime.block_on(not_asked).unwrap());
    assert_sent_once!(audits, |sent| sent.arguments.contains("number: 1"));
}

#[test]
fn a_receiver_that_sends_is_seen_in_between() {
    let seen = testing::capture(&nobody_hears);
    let again = testing::capture(&quoted);
    let _relay = quoted
        .on()
        .scoped()
        .connect(|it: &Quoted| {
            nobody_hears
                .send(NobodyHears { number: it.weight })
                .map(|_| 0)
        })
        .unwrap();
    quoted.send(Quoted { weight: 5 }).unwrap();
    assert_sent_once!(again);
    assert_sent_once!(seen, |sent| sent.arguments.contains('5'));
}

#[test]
fn an_error_that_cannot_be_printed_is_the_result_of_a_send_that_is_captured() {
    let seen = testing::capture(&scrawled);
    let at_once = scrawled.concurrent();
    let plain = [
        scrawled.send(Scrawled).unwrap_err(),
        block_on(scrawled.send_async(Scrawled)).unwrap_err(),
        block_on(at_once.send_async(Scrawled)).unwrap_err(),
        scrawled.pull(Scrawled).first().unwrap_err(),
    ];
    for error in plain {
        assert!(error.downcast_ref::<Unprintable>().is_some());
    }
    let at_once = scrawled.concurrent();
    let robust = [
        scrawled.send_robust(Scrawled),
        block_on(scrawled.send_robust_async(Scrawled)),
        block_on(at_once.send_robust_async(Scrawled)),
    ];
    for sent in robust {
        assert!(sent.errors()[0].downcast_ref::<Unprintable>().is_some());
    }
    assert_eq!(seen.sent().len(), 7);
    for sent in seen.sent() {
        assert_eq!(sent.receivers[0].outcome, Outcome::Failed(String::new()));
    }
}

#[test]
fn a_send_that_is_refused_is_not_captured() {
    let seen = testing::capture_with(&audited, |it| it.number);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        audited.send(Audited { number: 1 }).unwrap_err();
        let sent = audited.send_robust(Audited { number: 2 });
        assert!(sent.refused().is_some());
        assert_not_sent!(seen);
        audited.send_async(Audited { number: 3 }).await.unwrap();
    });
    assert_sent_once!(seen, |sent| sent.snapshot == 3);
}
