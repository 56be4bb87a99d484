//! Keys: `dispatch_uid`, or else module path and function name. DS11, DS12, CONFORMANCE §1.2, §1.3.

use signals_core::{Finding, Sender, receiver, signal};
use signals_tests::{Journal, findings_of};

struct Shop;
struct Till;

mod linked {
    use super::{Journal, Shop, Till, receiver, signal};

    signal! {
        pub(super) duplicated(sender, journal: &Journal);
    }

    #[receiver(duplicated, dispatch_uid = "ledger")]
    fn first(journal: &Journal) {
        journal.note("first");
    }

    #[receiver(duplicated, dispatch_uid = "ledger")]
    fn second(journal: &Journal) {
        journal.note("second");
    }

    // The same uid for another sender is another registration.
    #[receiver(duplicated, dispatch_uid = "ledger", sender = Shop)]
    fn of_shop(journal: &Journal) {
        journal.note("of shop");
    }

    // Free for the till, taken for the shop.
    #[receiver(duplicated, dispatch_uid = "ledger", sender = [Shop, Till])]
    fn of_both(journal: &Journal) {
        journal.note("of both");
    }

    // Higher priority: the first in order stays, not the first in the file.
    #[receiver(duplicated, dispatch_uid = "stock")]
    fn too_late(journal: &Journal) {
        journal.note("too late");
    }

    #[receiver(duplicated, dispatch_uid = "stock", priority = 1)]
    fn stock(journal: &Journal) {
        journal.note("stock");
    }
}

fn sent(sender: Sender) -> Vec<String> {
    use linked::{Duplicated, duplicated};
    let journal = &Journal::new();
    duplicated.send(Duplicated { sender, journal }).unwrap();
    journal.take()
}

fn duplicates() -> Vec<(String, String)> {
    let name = |receiver: &signals_core::ReceiverRef| {
        let path = receiver.path();
        path.rsplit("::").next().unwrap().to_owned()
    };
    findings_of(&linked::duplicated)
        .iter()
        .map(|finding| match finding {
            Finding::DuplicateKey { first, second, .. } => (name(first), name(second)),
            other => panic!("{other}"),
        })
        .collect()
}

#[test]
fn ds12_of_link_time_receivers_with_one_key_and_sender_the_first_in_order_stays() {
    assert_eq!(sent(Sender::none()), ["stock", "first"]);
    assert_eq!(sent(Sender::of::<Shop>()), ["stock", "first", "of shop"]);
    assert_eq!(sent(Sender::of::<Till>()), ["stock", "first", "of both"]);

    let pairs = [
        ("first", "second"),
        ("of_shop", "of_both"),
        ("stock", "too_late"),
    ]
    .map(|(first, second)| (first.to_owned(), second.to_owned()));
    let mut found = duplicates();
    found.sort();
    assert_eq!(found, pairs);
    let messages = findings_of(&linked::duplicated);
    let messages = messages.iter().map(ToString::to_string);
    let message: Vec<_> = messages.filter(|m| m.contains("`stock`")).collect();
    for part in [
        "duplicated",
        "linked::stock",
        "linked::too_late",
        "uids.rs:",
    ] {
        assert!(
            message[0].contains(part),
            "{part} is missing in: {}",
            message[0]
        );
    }
    // What is wrong stays wrong, whoever else connects.
    let connection = linked::duplicated.connect(|_| ());
    assert_eq!(duplicates().len(), pairs.len());
    drop(connection);
    assert_eq!(duplicates().len(), pairs.len());
}

#[test]
fn s12_a_uid_is_taken_for_each_sender_by_itself() {
    signal! {
        paid(sender, journal: &Journal);
    }
    let connect = |senders: &[Sender]| {
        let on = senders.iter().fold(paid.on(), |on, &s| on.sender_is(s));
        on.dispatch_uid("uid").connect(|_| ())
    };
    let (shop, till) = (Sender::of::<Shop>(), Sender::of::<Till>());
    let of_shop = connect(&[shop]).unwrap();
    assert!(connect(&[shop]).is_err());
    let of_till = connect(&[till]).unwrap();
    let of_any = connect(&[]).unwrap();
    assert!(connect(&[]).is_err());
    assert!(connect(&[Sender::named("x"), till]).is_err(), "overlaps");
    assert_eq!(paid.receivers().len(), 3);
    let journal = &Journal::new();
    let send = |sender| paid.send(Paid { sender, journal }).unwrap().count();
    assert_eq!(send(shop), 2, "everybody's, and that of the shop");
    drop((of_shop, of_till, of_any));
    assert!(connect(&[shop, till]).is_ok());
}

#[test]
fn s13_a_uid_with_senders_disconnects_those_of_exactly_these() {
    signal! {
        paid(sender, journal: &Journal);
    }
    let journal = &Journal::new();
    let note = |name: &'static str| move |sent: &Paid<'_>| sent.journal.note(name);
    let _connections = [
        paid.on().dispatch_uid("u").connect(note("any")).unwrap(),
        paid.on()
            .dispatch_uid("u")
            .sender::<Shop>()
            .connect(note("shop"))
            .unwrap(),
        paid.on()
            .dispatch_uid("u")
            .sender::<Till>()
            .sender_named("fair")
            .connect(note("till or fair"))
            .unwrap(),
    ];
    let left = || {
        for sender in [Sender::none(), Sender::of::<Shop>(), Sender::of::<Till>()] {
            paid.send(Paid { sender, journal }).unwrap();
        }
        let mut left = journal.take();
        left.sort_unstable();
        left.dedup();
        left
    };
    assert!(!paid.on().sender::<Till>().dispatch_uid("u").disconnect());
    assert!(!paid.on().sender::<Shop>().dispatch_uid("v").disconnect());
    assert!(!paid.on().sender::<Shop>().disconnect(), "no uid");
    assert_eq!(left(), ["any", "shop", "till or fair"]);

    assert!(paid.on().dispatch_uid("u").disconnect());
    assert_eq!(left(), ["shop", "till or fair"]);
    // In any order.
    let either = paid.on().sender_named("fair").sender::<Till>();
    assert!(either.dispatch_uid("u").disconnect());
    assert_eq!(left(), ["shop"]);
    assert!(paid.on().sender::<Shop>().dispatch_uid("u").disconnect());
    assert_eq!(left(), [""; 0]);
}

mod goes {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) emptied(journal: &Journal);
    }

    #[receiver(emptied)]
    fn by_path(journal: &Journal) {
        journal.note("by path");
    }

    #[receiver(emptied, dispatch_uid = "by uid")]
    fn by_uid(journal: &Journal) {
        journal.note("by uid");
    }
}

#[test]
fn link_time_receivers_are_disconnected_by_their_key() {
    use goes::{Emptied, emptied};
    let journal = &Journal::new();
    let send = || {
        emptied.send(Emptied { journal }).unwrap();
        journal.take()
    };
    assert_eq!(send(), ["by path", "by uid"]);
    for other in ["by_path", "goes::by_path", "by_uid", "", "by ui"] {
        assert!(!emptied.disconnect(other), "{other}");
    }
    let path = concat!(module_path!(), "::goes::");
    assert!(
        !emptied.disconnect(&format!("{path}by_uid")),
        "it has a uid"
    );

    assert!(emptied.disconnect(&format!("{path}by_path")));
    assert!(!emptied.disconnect(&format!("{path}by_path")));
    assert_eq!(send(), ["by uid"]);

    // Its uid is taken while it is there, and free afterwards.
    let take = || emptied.on().dispatch_uid("by uid").connect(|_| ());
    let error = take().unwrap_err();
    assert!(error.receiver.path().ends_with("goes::by_uid"));
    assert!(emptied.disconnect("by uid"));
    assert!(emptied.receivers().is_empty());
    assert_eq!(send(), [""; 0]);
    let connection = take().unwrap();
    assert_eq!(emptied.receivers().len(), 1);
    drop(connection);
    assert!(emptied.receivers().is_empty());
}

#[test]
fn s12_connecting_again_moves_to_the_end() {
    signal! {
        paid(journal: &Journal);
    }
    let note = |name: &'static str| move |sent: &Paid<'_>| sent.journal.note(name);
    let first = paid.on().dispatch_uid("first").connect(note("first"));
    let _second = paid.connect(note("second"));
    drop(first);
    let _first = paid.on().dispatch_uid("first").connect(note("first"));
    let journal = &Journal::new();
    paid.send(Paid { journal }).unwrap();
    assert_eq!(journal.take(), ["second", "first"]);
}

#[test]
fn s12_a_uid_of_a_receiver_that_is_gone_is_free_again() {
    signal! {
        paid(journal: &Journal);
    }
    let owner = std::sync::Arc::new(());
    let weak = || {
        paid.on()
            .dispatch_uid("uid")
            .connect_weak(&owner, |(), _| ())
    };
    weak().unwrap();
    weak().unwrap_err();
    let other = std::sync::Arc::clone(&owner);
    assert!(paid.disconnect("uid"));
    weak().unwrap();
    drop((other, owner));
    assert!(!paid.disconnect("uid"), "nothing alive was there");
    paid.on()
        .dispatch_uid("uid")
        .connect(|_| ())
        .unwrap()
        .detach();
    assert!(paid.disconnect("uid"));
}

#[test]
fn the_same_function_with_and_without_uid_is_registered_twice() {
    signal! {
        paid(journal: &Journal);
    }

    #[receiver(paid)]
    #[receiver(paid, dispatch_uid = "again")]
    fn twice(journal: &Journal) {
        journal.note("called");
    }

    let journal = &Journal::new();
    assert_eq!(paid.send(Paid { journal }).unwrap().count(), 2);
    assert!(findings_of(&paid).is_empty());
}

/// Q4: Django takes an empty uid for none at all, without a word.
#[test]
fn an_empty_uid_at_run_time_is_a_uid() {
    signal! {
        paid(journal: &Journal);
    }
    let connect = || paid.on().dispatch_uid("").connect(|_| ());
    let first = connect().unwrap();
    connect().unwrap_err();
    assert!(paid.disconnect(""));
    assert!(!first.is_connected());
    drop(connect().unwrap());
}
