//! Whether who should listen does.

use signals_core::{Sender, assert_order, assert_wired, receiver, signal};

struct WebShop;
struct Kiosk;

signal! {
    paid(sender, number: u32);
}

#[receiver(paid, sender = WebShop, dispatch_uid = "wired.receipt")]
fn receipt() {}

#[receiver(paid, after = "wired.receipt")]
fn book() {}

#[test]
fn a_receiver_is_wired_by_uid_path_or_end_of_path() {
    assert_wired!(paid, "wired.receipt");
    assert_wired!(paid, "book");
    assert_wired!(paid, concat!(module_path!(), "::book"));
    assert_wired!(paid, "wired.receipt", sender = Sender::of::<WebShop>());
    assert_wired!(crate::wired::paid, "book", sender = Sender::of::<Kiosk>(),);
}

#[test]
fn the_order_is_asserted_whoever_is_between() {
    assert_order!(paid, ["wired.receipt", "book"]);
    assert_order!(paid, ["book"]);
    assert_order!(paid, []);
}
