//! The order in which receivers run: constraints, priority, place in the source, time of connecting.

use signals_core::{AnySignal, Finding, ReceiverRef, receiver, signal};
use signals_tests::ways::ways;
use signals_tests::{Journal, findings_of};

fn names(receivers: &[ReceiverRef]) -> Vec<String> {
    let last = |receiver: &ReceiverRef| {
        let key = receiver.key();
        key.rsplit("::").next().unwrap_or(&key).to_owned()
    };
    receivers.iter().map(last).collect()
}

mod by_place {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) placed(journal: &Journal);
    }

    #[receiver(placed)]
    fn second(journal: &Journal) {
        journal.note("second");
    }

    // `a…` sorts before what is outside, by module path and then by line.
    pub(super) mod a_module {
        use super::{Journal, placed, receiver};

        #[receiver(placed)]
        fn z_third(journal: &Journal) {
            journal.note("third");
        }

        #[rustfmt::skip]
        #[receiver(placed)] fn fourth(journal: &Journal) { journal.note("fourth"); }
        #[receiver(placed)]
        fn fifth(journal: &Journal) {
            journal.note("fifth");
        }
    }

    #[receiver(placed)]
    #[receiver(placed, dispatch_uid = "again")]
    async fn also_second(journal: &Journal) {
        journal.note("also second");
    }

    #[receiver(placed, priority = 5)]
    fn first(journal: &Journal) {
        journal.note("first");
    }

    #[receiver(placed, priority = -5)]
    fn last(journal: &Journal) {
        journal.note("last");
    }
}

#[test]
fn priority_goes_before_place_and_place_before_time() {
    use by_place::{Placed, placed};
    let _connections = [
        placed.connect(|sent| sent.journal.note("connected first")),
        placed.connect(|sent| sent.journal.note("connected second")),
        placed
            .on()
            .priority(1)
            .connect(|sent| sent.journal.note("connected with priority"))
            .unwrap(),
    ];
    let journal = &Journal::new();
    let expected = [
        "first",
        "connected with priority",
        "second",
        "also second",
        "also second",
        "third",
        "fourth",
        "fifth",
        "connected first",
        "connected second",
        "last",
    ];
    placed.send(Placed { journal }).unwrap();
    assert_eq!(journal.take(), expected);
    let _ = placed.send_robust(Placed { journal });
    assert_eq!(journal.take(), expected);
}

mod constrained {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) saved(journal: &Journal);
    }

    #[receiver(saved, after = "clean", priority = 100)]
    fn index(journal: &Journal) {
        journal.note("index");
    }

    #[receiver(saved, after = ["clean", "constrained::index"], before = "mail")]
    fn audit(journal: &Journal) {
        journal.note("audit");
    }

    #[receiver(saved, dispatch_uid = "mail")]
    fn send_mail(journal: &Journal) {
        journal.note("mail");
    }

    #[receiver(saved)]
    fn clean(journal: &Journal) {
        journal.note("clean");
    }

    #[receiver(saved, before = ["dispatch::order::constrained::clean"])]
    fn validate(journal: &Journal) {
        journal.note("validate");
    }

    #[receiver(saved)]
    fn unconstrained(journal: &Journal) {
        journal.note("unconstrained");
    }
}

#[test]
fn constraints_go_before_priority() {
    use constrained::{Saved, saved};
    let journal = &Journal::new();
    let expected = [
        "validate",
        "clean",
        "index",
        "audit",
        "mail",
        "unconstrained",
    ];
    for way in ways::<saved>() {
        (way.send)(&saved, Saved { journal });
        assert_eq!(journal.take(), expected, "{}", way.name);
    }
    assert_eq!(
        names(&saved.receivers())[..3],
        ["validate", "clean", "index"]
    );
    assert!(findings_of(&saved).is_empty());
}

#[test]
fn connections_are_constrained_like_everybody_and_found_by_uid() {
    signal! {
        copied(journal: &Journal);
    }
    let journal = &Journal::new();
    let note = |name: &'static str| move |sent: &Copied<'_>| sent.journal.note(name);
    let on = |uid| copied.on().dispatch_uid(uid);
    let _connections = [
        on("c").after("b").connect(note("c")).unwrap(),
        on("b").priority(-1).connect(note("b")).unwrap(),
        on("a").before("b").priority(-2).connect(note("a")).unwrap(),
        on("d").priority(3).connect(note("d")).unwrap(),
        on("e").before("d").before("c").connect(note("e")).unwrap(),
    ];
    copied.send(Copied { journal }).unwrap();
    assert_eq!(journal.take(), ["e", "d", "a", "b", "c"]);
}

#[test]
fn a_connection_finds_its_place_between_link_time_receivers_by_path() {
    signal! {
        moved(journal: &Journal);
    }

    #[receiver(moved)]
    fn clean(journal: &Journal) {
        journal.note("clean");
    }

    #[receiver(moved)]
    fn unconstrained(journal: &Journal) {
        journal.note("unconstrained");
    }

    #[receiver(moved, priority = 1)]
    fn validate(journal: &Journal) {
        journal.note("validate");
    }

    let journal = &Journal::new();
    let between = moved.on().after("validate").before("order::clean");
    let between = between.connect(|sent| sent.journal.note("between"));
    moved.send(Moved { journal }).unwrap();
    assert_eq!(
        journal.take(),
        ["validate", "unconstrained", "between", "clean"]
    );
    drop(between);
    moved.send(Moved { journal }).unwrap();
    assert_eq!(journal.take(), ["validate", "clean", "unconstrained"]);
}

#[test]
fn a_name_that_nobody_has_is_reported_and_changes_nothing() {
    signal! {
        misspelt(journal: &Journal);
    }

    #[receiver(misspelt, before = "nobody_there")]
    fn one(journal: &Journal) {
        journal.note("one");
    }

    #[receiver(misspelt, after = ["one", "elsewhere::one"])]
    fn two(journal: &Journal) {
        journal.note("two");
    }

    let journal = &Journal::new();
    misspelt.send(Misspelt { journal }).unwrap();
    assert_eq!(journal.take(), ["one", "two"]);
    let findings = findings_of(&misspelt);
    let unknown: Vec<_> = findings
        .iter()
        .map(|finding| match finding {
            Finding::UnknownReceiver { receiver, name, .. } => (receiver.line() > 0, *name),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(unknown, [(true, "nobody_there"), (true, "elsewhere::one")]);
    let message = findings[0].to_string();
    for part in ["misspelt", "order::one", "`nobody_there`", "order.rs:"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

#[test]
fn a_constraint_on_a_connection_that_is_gone_is_unknown_again() {
    signal! {
        waited(journal: &Journal);
    }

    #[receiver(waited, after = "ledger")]
    fn waits(journal: &Journal) {
        journal.note("waits");
    }

    let journal = &Journal::new();
    assert_eq!(findings_of(&waited).len(), 1);
    let ledger = waited.on().dispatch_uid("ledger");
    let ledger = ledger.connect(|sent| sent.journal.note("ledger"));
    assert!(findings_of(&waited).is_empty());
    waited.send(Waited { journal }).unwrap();
    assert_eq!(journal.take(), ["ledger", "waits"]);
    drop(ledger);
    assert_eq!(findings_of(&waited).len(), 1);
}

#[test]
fn a_constraint_holds_across_senders() {
    signal! {
        sold(sender, journal: &Journal);
    }
    struct Shop;
    struct Till;

    #[receiver(sold, sender = Shop, after = "of_till")]
    fn of_shop(journal: &Journal) {
        journal.note("shop");
    }

    #[receiver(sold, sender = [Till, Shop])]
    fn of_till(journal: &Journal) {
        journal.note("till");
    }

    let journal = &Journal::new();
    let sender = signals_core::Sender::of::<Shop>();
    sold.send(Sold { sender, journal }).unwrap();
    assert_eq!(journal.take(), ["till", "shop"]);
    let any: &'static dyn AnySignal = &sold;
    assert_eq!(names(&any.receivers()), ["of_till", "of_shop"]);
}

mod same_names {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) shared(journal: &Journal);
    }

    /// Before every other `clean`.
    #[receiver(shared, before = "clean", priority = -9)]
    fn clean(journal: &Journal) {
        journal.note("clean");
    }

    #[receiver(shared, after = "inner::clean", priority = 9)]
    fn index(journal: &Journal) {
        journal.note("index");
    }

    mod inner {
        use super::{Journal, receiver, shared};

        #[receiver(shared)]
        fn clean(journal: &Journal) {
            journal.note("inner clean");
        }
    }

    mod other_inner {
        use super::{Journal, receiver, shared};

        #[receiver(shared)]
        fn clean(journal: &Journal) {
            journal.note("other clean");
        }
    }
}

#[test]
fn a_name_means_all_that_have_it_and_a_path_tells_them_apart() {
    use same_names::{Shared, shared};
    let journal = &Journal::new();
    shared.send(Shared { journal }).unwrap();
    assert_eq!(
        journal.take(),
        ["clean", "inner clean", "index", "other clean"]
    );
    assert!(findings_of(&shared).is_empty());
}

mod of_one_macro {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) written(journal: &Journal);
    }

    macro_rules! receivers {
        ($($name:ident)*) => {
            $(#[receiver(written)]
            fn $name(journal: &Journal) {
                journal.note(stringify!($name));
            })*
        };
    }

    receivers! { cherry apple banana }
    receivers! { zero }

    #[receiver(written)]
    fn aardvark(journal: &Journal) {
        journal.note("aardvark");
    }
}

/// They have the place of the call, whichever compiler it is.
#[test]
fn receivers_of_one_macro_call_run_where_it_stands_by_name() {
    let journal = &Journal::new();
    let sent = of_one_macro::written.send(of_one_macro::Written { journal });
    sent.unwrap();
    let order = ["apple", "banana", "cherry", "zero", "aardvark"];
    assert_eq!(journal.take(), order);
}
