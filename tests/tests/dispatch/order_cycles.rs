//! Constraints that go in a circle: reported with their path, and the order is defined all the same.

use signals_core::{Finding, receiver, signal};
use signals_tests::{Journal, findings_of};

/// The circles that are reported, by function name.
fn circles(signal: &'static dyn signals_core::AnySignal) -> Vec<Vec<String>> {
    let name = |receiver: &signals_core::ReceiverRef| {
        let key = receiver.key();
        key.rsplit("::").next().unwrap_or(&key).to_owned()
    };
    findings_of(signal)
        .iter()
        .map(|finding| match finding {
            Finding::Cycle { receivers, .. } => receivers.iter().map(name).collect(),
            other => panic!("{other}"),
        })
        .collect()
}

mod two {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) circled(journal: &Journal);
    }

    #[receiver(circled)]
    fn outside(journal: &Journal) {
        journal.note("outside");
    }

    #[receiver(circled, after = "second")]
    fn first(journal: &Journal) {
        journal.note("first");
    }

    #[receiver(circled, after = "first")]
    fn second(journal: &Journal) {
        journal.note("second");
    }

    #[receiver(circled, after = "second")]
    fn held_back(journal: &Journal) {
        journal.note("held back");
    }
}

#[test]
fn a_circle_is_cut_at_its_first_and_the_rest_is_obeyed() {
    use two::{Circled, circled};
    let journal = &Journal::new();
    for _ in 0..3 {
        circled.send(Circled { journal }).unwrap();
        assert_eq!(journal.take(), ["outside", "first", "second", "held back"]);
    }
    assert_eq!(circles(&circled), [["first", "second"]]);
    let message = findings_of(&circled)[0].to_string();
    let (first, second) = (
        message.find("two::first").unwrap(),
        message.find("two::second").unwrap(),
    );
    assert!(first < second, "{message}");
    assert!(message.matches("two::first").count() == 2, "{message}");
    assert!(message.contains("order_cycles.rs:"), "{message}");
}

mod three {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) rounded(journal: &Journal);
    }

    #[receiver(rounded, before = "two", dispatch_uid = "one")]
    fn a(journal: &Journal) {
        journal.note("one");
    }

    #[receiver(rounded, before = "three", dispatch_uid = "two", priority = 1)]
    fn b(journal: &Journal) {
        journal.note("two");
    }

    #[receiver(rounded, before = "one", dispatch_uid = "three")]
    fn c(journal: &Journal) {
        journal.note("three");
    }
}

#[test]
fn a_circle_of_three_begins_with_its_first_by_priority() {
    use three::{Rounded, rounded};
    let journal = &Journal::new();
    rounded.send(Rounded { journal }).unwrap();
    assert_eq!(journal.take(), ["two", "three", "one"]);
    assert_eq!(circles(&rounded), [["two", "three", "one"]]);
}

mod oneself {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) selfish(journal: &Journal);
    }

    #[receiver(selfish, before = "me")]
    fn me(journal: &Journal) {
        journal.note("me");
    }

    #[receiver(selfish)]
    fn you(journal: &Journal) {
        journal.note("you");
    }
}

#[test]
fn who_wants_to_run_before_itself_is_a_circle_of_one() {
    use oneself::{Selfish, selfish};
    let journal = &Journal::new();
    selfish.send(Selfish { journal }).unwrap();
    assert_eq!(journal.take(), ["you", "me"]);
    assert_eq!(circles(&selfish), [["me"]]);
}

#[test]
fn two_circles_are_both_reported() {
    signal! {
        doubled(journal: &Journal);
    }
    let on = |uid| doubled.on().dispatch_uid(uid);
    let note = |name: &'static str| move |sent: &Doubled<'_>| sent.journal.note(name);
    let _connections = [
        on("a").before("b").connect(note("a")).unwrap(),
        on("b").before("a").connect(note("b")).unwrap(),
        on("c").before("d").connect(note("c")).unwrap(),
        on("d").before("c").connect(note("d")).unwrap(),
    ];
    let journal = &Journal::new();
    doubled.send(Doubled { journal }).unwrap();
    assert_eq!(journal.take(), ["a", "b", "c", "d"]);
    assert_eq!(circles(&doubled), [["a", "b"], ["c", "d"]]);
}

/// `x` and `y` go in a circle; so do `a` and `b`; and `x` runs before `a`. Cutting both circles
/// leaves no reason to break `x` before `a`.
#[test]
fn a_constraint_outside_of_every_circle_is_obeyed() {
    signal! {
        chained(journal: &Journal);
    }
    let on = |uid| chained.on().dispatch_uid(uid);
    let note = |name: &'static str| move |sent: &Chained<'_>| sent.journal.note(name);
    let _connections = [
        on("a").before("b").connect(note("a")).unwrap(),
        on("b").before("a").connect(note("b")).unwrap(),
        on("x").before("y").before("a").connect(note("x")).unwrap(),
        on("y").before("x").connect(note("y")).unwrap(),
    ];
    let journal = &Journal::new();
    chained.send(Chained { journal }).unwrap();
    assert_eq!(journal.take(), ["x", "y", "a", "b"]);
    assert_eq!(circles(&chained).len(), 2);
}

#[test]
fn a_circle_is_gone_when_one_of_it_is_gone() {
    signal! {
        opened(journal: &Journal);
    }
    let on = |uid| opened.on().dispatch_uid(uid);
    let note = |name: &'static str| move |sent: &Opened<'_>| sent.journal.note(name);
    let a = on("a").after("b").connect(note("a")).unwrap();
    let b = on("b").after("a").connect(note("b")).unwrap();
    assert_eq!(circles(&opened).len(), 1);
    drop(a);
    let unknown = findings_of(&opened);
    assert!(
        matches!(&unknown[..], [Finding::UnknownReceiver { name: "a", .. }]),
        "{unknown:?}"
    );
    drop(b);
    assert!(findings_of(&opened).is_empty());
}
