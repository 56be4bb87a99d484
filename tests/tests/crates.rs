//! A signal declared in one crate, received in a second and sent by a third, which know each other
//! only through the first.

use fixture_declares::orders::order_paid;
use fixture_declares::{Customer, Order, Quote};
use fixture_sends::own::Shelf;
use fixture_sends::{Paid, paid};
use signals_core::{Model, receiver};

/// Under the name by which the sending crate passes it on.
#[receiver(paid, sender = fixture_declares::WebShop, priority = -1)]
fn under_another_name(event: &Paid<'_>, total: u64) {
    assert_eq!(event.total, total);
}

#[test]
fn a_receiver_in_another_crate_hears_a_send_by_a_third() {
    let (total, called) = fixture_sends::pay(&Order { id: 3 }, 6, &["web"]).unwrap();
    assert_eq!((total, called), (5, 5));
    // Other tests send as well.
    let mut written = fixture_receives::written();
    written.retain(|line| line.contains("order"));
    assert_eq!(
        written,
        [
            "web order by fixture_declares.WebShop",
            "order 3 for 5",
            "audit of order_paid",
        ]
    );
    assert_eq!(fixture_sends::ask(4).unwrap(), [Quote(12)]);
}

#[test]
fn models_are_known_across_crates() {
    let mut customer = Customer {
        id: 7,
        name: String::new(),
    };
    fixture_sends::save(&mut customer).unwrap();
    assert_eq!(customer.name, "shop");
    let receivers = fixture_declares::saved.receivers();
    let paths: Vec<_> = receivers.iter().map(|receiver| receiver.path()).collect();
    assert_eq!(
        paths,
        [
            "fixture_receives::greet",
            "fixture_receives::greet",
            "fixture_sends::own"
        ]
    );
}

#[test]
fn a_renamed_signal_is_the_same_signal() {
    assert!(std::ptr::eq(&raw const paid, &raw const order_paid));
    assert_eq!(paid.info().name(), "fixture_declares::orders::order_paid");
    let here = paid
        .receivers()
        .iter()
        .any(|receiver| receiver.path() == "crates::under_another_name");
    assert!(here);
}

#[test]
fn a_model_is_derived_through_a_re_export() {
    assert_eq!(Shelf::LABEL, "fixture_sends.Shelf");
    Shelf::tidy(1).unwrap();
}

#[receiver(fixture_edition_2021::aged, dispatch_uid = "newer")]
fn newer(_gen: u32, _async: &str) {}

#[test]
fn a_crate_of_an_older_edition_has_words_that_are_keywords_now() {
    assert_eq!(fixture_edition_2021::age(3).unwrap(), (3, 4));
    assert!(fixture_edition_2021::aged.disconnect("newer"));
}

#[test]
fn every_crate_is_in_the_catalogue() {
    fixture_sends::open().unwrap();
    let names: Vec<_> = signals_core::signals().map(|it| it.info().name()).collect();
    for name in [
        "fixture_declares::orders::private",
        "fixture_declares::prepared",
        "fixture_sends::own::tidied",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}
