//! Who is heard by whom. Matching is exact: CONFORMANCE §1.5, Q2, Q3, Q6–Q9.

use signals_core::{Sender, SenderId, receiver, signal};
use signals_tests::Journal;

struct Shop;
struct Till;
struct Branch<T>(std::marker::PhantomData<T>);

mod linked {
    use super::{Branch, Journal, Shop, Till, receiver, signal};

    signal! {
        pub(super) paid(sender, journal: &Journal);
    }

    #[receiver(paid)]
    fn everybody(journal: &Journal) {
        journal.note("everybody");
    }

    #[receiver(paid, sender = Shop)]
    fn shop(journal: &Journal) {
        journal.note("shop");
    }

    #[receiver(paid, sender = Till)]
    fn till(journal: &Journal) {
        journal.note("till");
    }

    #[receiver(paid, sender = [Shop, Till])]
    fn either(journal: &Journal) {
        journal.note("either");
    }

    #[receiver(paid, sender = "market")]
    fn market(journal: &Journal) {
        journal.note("market");
    }

    #[receiver(paid, sender = [Till, "market", "fair"])]
    fn outdoors(journal: &Journal) {
        journal.note("outdoors");
    }

    #[receiver(paid, sender = Branch<Shop>)]
    fn branch_of_shop(journal: &Journal) {
        journal.note("branch of shop");
    }
}

fn heard_by(sender: Sender) -> Vec<String> {
    use linked::{Paid, paid};
    let journal = &Journal::new();
    let plain = paid.send(Paid { sender, journal }).unwrap().count();
    let heard = journal.take();
    assert_eq!(plain, heard.len());
    // Every way finds the same.
    for way in signals_tests::ways::ways::<paid>() {
        (way.send)(&paid, Paid { sender, journal });
        assert_eq!(journal.take(), heard, "{}", way.name);
    }
    assert!(paid.has_listeners(sender));
    heard
}

#[test]
fn s15_types_match_exactly() {
    assert_eq!(
        heard_by(Sender::of::<Shop>()),
        ["everybody", "shop", "either"]
    );
    assert_eq!(
        heard_by(Sender::of::<Till>()),
        ["everybody", "till", "either", "outdoors"]
    );
    assert_eq!(heard_by(Sender::of::<&Shop>()), ["everybody"]);
    assert_eq!(heard_by(Sender::of::<[Shop]>()), ["everybody"]);
}

#[test]
fn s15_each_type_of_a_generic_one_is_a_sender_of_its_own() {
    assert_eq!(
        heard_by(Sender::of::<Branch<Shop>>()),
        ["everybody", "branch of shop"]
    );
    assert_eq!(heard_by(Sender::of::<Branch<Till>>()), ["everybody"]);
}

#[test]
fn s15_names_match_by_value() {
    // Equal, and not the same string.
    let name: &'static str = Box::leak(String::from("market").into_boxed_str());
    assert_eq!(
        heard_by(Sender::named(name)),
        ["everybody", "market", "outdoors"]
    );
    assert_eq!(heard_by(Sender::named("fair")), ["everybody", "outdoors"]);
    assert_eq!(heard_by(Sender::named("marke")), ["everybody"]);
    assert_eq!(heard_by(Sender::named("markets")), ["everybody"]);
    assert_eq!(heard_by(Sender::named("Market")), ["everybody"]);
    assert_eq!(heard_by(Sender::named("Shop")), ["everybody"]);
}

#[test]
fn s15_nobody_reaches_only_receivers_of_everybody() {
    assert_eq!(heard_by(Sender::none()), ["everybody"]);
}

#[test]
fn s15_instances_match_by_id() {
    signal! {
        measured(sender, journal: &Journal);
    }
    let (left, right) = (SenderId::new(), SenderId::new());
    let listen = |name: &'static str, ids: &[&SenderId]| {
        let on = ids
            .iter()
            .fold(measured.on(), |on, &id| on.sender_is(Sender::instance(id)));
        on.connect(move |sent| sent.journal.note(name)).unwrap()
    };
    let _connections = [
        listen("left", &[&left]),
        listen("right", &[&right]),
        listen("both", &[&left, &right]),
        listen("any", &[]),
    ];
    let journal = &Journal::new();
    let heard_by = |sender| {
        measured.send(Measured { sender, journal }).unwrap();
        journal.take()
    };
    assert_eq!(heard_by((&left).into()), ["left", "both", "any"]);
    assert_eq!(heard_by((&right).into()), ["right", "both", "any"]);
    assert_eq!(heard_by((&SenderId::new()).into()), ["any"]);
    assert_eq!(heard_by(Sender::none()), ["any"]);
    assert_eq!(heard_by(Sender::of::<SenderId>()), ["any"]);
}

#[test]
fn s15_a_receiver_that_matches_twice_is_called_once() {
    signal! {
        paid(sender, journal: &Journal);
    }
    let label: &'static str = Box::leak(
        Sender::of::<Shop>()
            .label()
            .unwrap()
            .to_string()
            .into_boxed_str(),
    );
    let _connection = paid
        .on()
        .sender::<Shop>()
        .sender::<Shop>()
        .sender_named(label)
        .connect(|sent| sent.journal.note("shop"))
        .unwrap();
    let journal = &Journal::new();
    let sender = Sender::of::<Shop>();
    assert_eq!(paid.send(Paid { sender, journal }).unwrap().count(), 1);
}

#[test]
fn s15_everybody_and_one_sender_are_two_registrations_of_one_function() {
    signal! {
        paid(sender, journal: &Journal);
    }

    #[receiver(paid)]
    #[receiver(paid, sender = Shop)]
    fn twice(journal: &Journal) {
        journal.note("called");
    }

    let journal = &Journal::new();
    let sender = Sender::of::<Shop>();
    paid.send(Paid { sender, journal }).unwrap();
    assert_eq!(journal.take().len(), 2, "as in Django");
    let sender = Sender::none();
    paid.send(Paid { sender, journal }).unwrap();
    assert_eq!(journal.take().len(), 1);
}

#[test]
fn s15_has_listeners_asks_about_this_sender() {
    signal! {
        paid(sender, journal: &Journal);
    }
    let id = SenderId::new();
    let _connections = [
        paid.on().sender::<Shop>().connect(|_| ()).unwrap(),
        paid.on().sender_named("market").connect(|_| ()).unwrap(),
        paid.on().sender_is(&id).connect(|_| ()).unwrap(),
    ];
    assert!(paid.has_listeners(Sender::of::<Shop>()));
    assert!(paid.has_listeners(Sender::named("market")));
    assert!(paid.has_listeners(Sender::instance(&id)));
    assert!(!paid.has_listeners(Sender::of::<Till>()));
    assert!(!paid.has_listeners(Sender::named("fair")));
    assert!(!paid.has_listeners(Sender::instance(&SenderId::new())));
    assert!(!paid.has_listeners(Sender::none()));
}

#[test]
fn a_receiver_is_told_the_sender() {
    signal! {
        paid(sender, journal: &Journal);
    }

    #[receiver(paid)]
    fn notes(sender: Sender, journal: &Journal) {
        journal.note(sender);
    }

    let journal = &Journal::new();
    for sender in [
        Sender::named("market"),
        Sender::none(),
        Sender::of::<Shop>(),
    ] {
        paid.send(Paid { sender, journal }).unwrap();
    }
    assert_eq!(journal.take(), ["market", "nobody", "dispatch.Shop"]);
}
