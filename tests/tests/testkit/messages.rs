//! What a failing assertion says.

use std::panic::{AssertUnwindSafe, catch_unwind};

use signals_core::{
    Sender, assert_not_sent, assert_order, assert_sent, assert_sent_once, assert_wired, receiver,
    signal, testing,
};

struct WebShop;
struct Kiosk;

signal! {
    #[signal(name = "shop.paid")]
    paid(sender, number: u32);
}

#[receiver(paid, dispatch_uid = "messages.receipt")]
fn receipt() {}

#[receiver(paid, sender = WebShop)]
fn book() {}

fn pay(number: u32) {
    let sender = Sender::of::<WebShop>();
    paid.send(Paid { sender, number }).unwrap();
}

/// What `f` panics with.
fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast_ref::<&str>().unwrap()).to_owned(),
    }
}

#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn rg08_an_assertion_that_it_was_sent_fails_when_it_was_not() {
    let pays = testing::capture(&paid);
    assert_says(
        &message(|| assert_sent!(pays)),
        &["`shop.paid` was not sent", "not sent at all"],
    );
    assert_says(
        &message(|| assert_sent_once!(pays)),
        &["not sent once", "not sent at all"],
    );
    assert_says(
        &message(|| drop(pays.only())),
        &["sent 0 times instead of once"],
    );
}

#[test]
fn rg08_an_assertion_about_arguments_fails_and_shows_what_was_sent() {
    let pays = testing::capture_with(&paid, |it| it.number);
    pay(7);
    pay(8);
    let said = message(|| assert_sent!(pays, |sent| sent.snapshot == 9));
    assert_says(
        &said,
        &[
            "so that `|sent| sent.snapshot == 9`",
            "number: 7",
            "number: 8",
            "WebShop",
            "messages.receipt",
            "succeeded",
        ],
    );
    assert_says(
        &message(|| assert_sent_once!(pays)),
        &["not sent once", "1. ", "2. "],
    );
    let said = message(|| assert_not_sent!(pays, |sent| sent.snapshot == 8));
    assert_says(&said, &["was sent so that", "number: 8"]);
}

#[test]
fn not_wired() {
    let said = message(|| assert_wired!(paid, "messages.reciept"));
    assert_says(
        &said,
        &[
            "`messages.reciept` does not listen to `shop.paid`",
            "did you mean `messages.receipt`?",
            "messages.rs",
        ],
    );
    let said = message(|| assert_wired!(paid, "book", sender = Sender::of::<Kiosk>()));
    assert_says(&said, &["sent by `", "Kiosk"]);
}

#[test]
fn another_order() {
    let said = message(|| assert_order!(paid, ["book", "messages.receipt"]));
    assert_says(&said, &["run in another order", "messages.rs"]);
    let said = message(|| assert_order!(paid, ["messages.receipt", "bok"]));
    assert_says(&said, &["`bok` does not listen"]);
}

#[test]
fn a_misspelt_receiver_is_not_muted_in_silence() {
    let said = message(|| drop(testing::mute_receiver("messages.reciept")));
    assert_says(
        &said,
        &[
            "no receiver is called `messages.reciept`",
            "messages.receipt",
        ],
    );
    let said = message(|| drop(testing::only(["messages.receipt", "qwertz uiop"])));
    assert_eq!(said, "no receiver is called `qwertz uiop`");
}
