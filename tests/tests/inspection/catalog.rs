//! The catalogue as data, and as a table.

use signals_core::catalog::Idle;
use signals_core::{Guarantee, Model, Sender, catalog, receiver, signal};

use crate::support::{last, listed, names};

pub(crate) struct Db;
pub(crate) struct Shop;

signal! {
    /// Sent after a parcel was weighed.
    ///
    /// Not before.
    #[signal(name = "post.parcel_weighed", version = 3)]
    pub(crate) parcel_weighed(sender, grams: u32, note: Option<&str>) -> u64;

    pub(crate) parcel_lost();
}

#[receiver(parcel_weighed, sender = Shop, priority = 5, when = |grams: u32| grams > 9)]
fn price(grams: u32) -> u64 {
    grams.into()
}

#[receiver(parcel_weighed, sender = ["till", Shop], dispatch_uid = "book", after = "price")]
async fn book(#[state] _db: &Db) -> u64 {
    0
}

#[test]
fn a_signal_says_what_was_declared() {
    let signal = listed("parcel_weighed");
    assert_eq!(signal.name(), "post.parcel_weighed");
    assert_eq!(signal.path(), "inspection::catalog::parcel_weighed");
    assert_eq!(signal.crate_name(), "inspection");
    assert_eq!(signal.version(), 3);
    assert_eq!(
        signal.declaration(),
        "post.parcel_weighed(sender: Sender, grams: u32, note: Option<&str>) -> u64"
    );
    assert!(signal.doc().contains("Not before."));
    assert!(signal.file().ends_with("catalog.rs") && signal.line() > 1);
    assert!(signal.has_sender());
    assert!(!listed("parcel_lost").has_sender());
}

#[test]
fn a_receiver_says_all_that_it_is() {
    let signal = listed("parcel_weighed");
    assert_eq!(names(&signal), ["price", "book"]);
    let [price, book] = signal.receivers() else {
        panic!("there are two")
    };
    assert_eq!(price.key(), "inspection::catalog::price");
    assert_eq!(price.crate_name(), Some("inspection"));
    assert_eq!(price.senders(), ["inspection.Shop"]);
    assert_eq!((price.priority(), price.has_condition()), (5, true));
    assert!(!price.is_async() && !price.is_connection());
    assert!(price.states().is_empty());

    assert_eq!(book.key(), "book");
    assert_eq!(book.senders(), ["till", "inspection.Shop"]);
    assert_eq!(book.after(), ["price"]);
    assert!(book.before().is_empty());
    assert!(book.is_async() && !book.has_condition());
    assert_eq!(book.states(), ["inspection::catalog::Db"]);
    assert_eq!(book.guarantee(), Guarantee::Inline);
    assert!(book.file().ends_with("catalog.rs") && book.line() > price.line());
}

#[test]
fn a_name_is_the_whole_or_the_end() {
    for name in [
        "post.parcel_weighed",
        "parcel_weighed",
        "catalog::parcel_weighed",
        "inspection::catalog::parcel_weighed",
    ] {
        assert_eq!(listed(name).name(), "post.parcel_weighed", "{name}");
    }
    for name in [
        "Parcel_Weighed",
        "weighed",
        "",
        "::parcel_weighed",
        "parcel_wieghed",
    ] {
        let error = catalog().with_signal(name).unwrap_err();
        assert_eq!(error.name, name);
    }
}

#[test]
fn a_misspelt_name_gets_the_closest() {
    let error = catalog().with_signal("parcel_wieghed").unwrap_err();
    assert_eq!(error.closest[0], "post.parcel_weighed");
    let message = error.to_string();
    assert!(
        message.starts_with(
            "no signal is called `parcel_wieghed`; did you mean `post.parcel_weighed`"
        ),
        "{message}"
    );
    let error = catalog().with_signal("zzzzzzzz").unwrap_err();
    assert_eq!(error.to_string(), "no signal is called `zzzzzzzz`");
}

#[test]
fn a_sender_keeps_who_hears_it() {
    let of = |label| catalog().with_sender(label);
    let till = of("till").with_signal("parcel_weighed").unwrap();
    assert_eq!(names(&till.signals()[0]), ["book"]);
    let shop = of("inspection.Shop").with_signal("parcel_weighed").unwrap();
    assert_eq!(names(&shop.signals()[0]), ["price", "book"]);
    // Signals without a sender are sent by nobody.
    assert!(of("till").with_signal("parcel_lost").is_err());
    // Case counts.
    assert!(of("Till").with_signal("parcel_weighed").is_err());
}

#[test]
fn nothing_left_is_an_empty_catalogue() {
    let nothing = catalog().with_signal("parcel_weighed").unwrap();
    let nothing = nothing.with_sender("nobody that there is");
    assert!(nothing.signals().is_empty());
    assert_eq!(nothing.to_string(), "no signals");
    assert_eq!(nothing.to_mermaid(), "flowchart LR\n");
    assert_eq!(nothing.to_dot(), "digraph signals {\n    rankdir=LR;\n}\n");
}

signal! {
    /// A table of its own.
    #[signal(name = "table.shown")]
    shown(sender, total: u64);

    #[signal(name = "table.unheard")]
    unheard();
}

#[receiver(shown, sender = "till", priority = -2, before = "zzz")]
fn a_long_name_of_a_receiver() {}

#[receiver(shown, dispatch_uid = "b")]
fn b() {}

#[test]
fn a_table_has_aligned_columns() {
    let text = catalog().with_signal("table.shown").unwrap().to_string();
    let lines: Vec<&str> = text.lines().collect();
    let line = |number: usize| lines[number];
    assert!(line(0).starts_with("   #  RECEIVER"));
    assert_eq!(line(2), "table.shown(sender: Sender, total: u64)");
    assert!(
        line(3).starts_with("   inspection::catalog::shown, "),
        "{text}"
    );
    assert_eq!(line(4), "   A table of its own.");
    assert!(line(5).starts_with("   1  inspection::catalog::b \"b\""));
    assert!(line(6).starts_with("   2  inspection::catalog::a_long_name_of_a_receiver  till"));
    assert!(line(6).ends_with("priority -2, before zzz"), "{text}");
    for title in ["RECEIVER", "SENDER", "RUNS", "PLACE"] {
        let at = line(0).find(title).unwrap();
        for row in [line(5), line(6)] {
            assert_eq!(&row[at - 1..at], " ", "{title} in {text}");
            assert_ne!(&row[at..=at], " ", "{title} in {text}");
        }
    }
    assert!(lines.iter().all(|line| line.trim_end() == *line));
}

#[test]
fn a_signal_that_nobody_hears_is_listed() {
    let text = catalog().with_signal("table.unheard").unwrap().to_string();
    assert!(text.ends_with("\n   no receivers"), "{text}");
}

#[derive(Debug, Model)]
struct Ticket {
    id: i64,
}

signal! {
    bought<M: Model>(sender: M, instance: &M);
    changing(sender);
}

#[receiver(bought, sender = Ticket)]
fn first(instance: &Ticket) {
    let _ = instance.id;
}

#[test]
fn connections_come_and_go() {
    let connection = changing
        .on()
        .sender_is(Sender::named("till"))
        .dispatch_uid("counter")
        .priority(7)
        .connect(|_| ())
        .unwrap();
    changing.connect(|_| ()).detach();
    let signal = listed("changing");
    let [counter, other] = signal.receivers() else {
        panic!("there are two")
    };
    assert_eq!(counter.key(), "counter");
    assert_eq!(counter.senders(), ["till"]);
    assert_eq!(counter.crate_name(), Some("inspection"));
    assert!(counter.is_connection() && counter.file().ends_with("catalog.rs"));
    assert!(other.senders().is_empty() && other.hears(None));
    drop(connection);
    assert_eq!(listed("changing").receivers().len(), 1);
}

signal! {
    disconnected();
    repeated(sender);
}

#[receiver(disconnected)]
fn gone() {}

#[receiver(repeated, dispatch_uid = "same")]
fn one() {}

#[receiver(repeated, dispatch_uid = "same")]
fn two() {}

#[receiver(repeated, sender = ["a", "b"], dispatch_uid = "half")]
fn half() {}

#[receiver(repeated, sender = ["b", "c"], dispatch_uid = "half")]
fn other_half() {}

#[test]
fn what_is_not_called_is_known_with_its_cause() {
    assert!(disconnected.disconnect("inspection::catalog::gone"));
    let signal = listed("disconnected");
    assert!(signal.receivers().is_empty());
    let [gone] = signal.idle() else {
        panic!("there is one")
    };
    assert!(matches!(gone.cause(), Idle::Disconnected));
    assert_eq!(last(&gone.path()), "gone");

    let signal = listed("repeated");
    assert_eq!(names(&signal), ["one", "half", "other_half"]);
    // `b` goes to the first of the two.
    assert_eq!(signal.receivers()[1].senders(), ["a", "b"]);
    assert_eq!(signal.receivers()[2].senders(), ["c"]);
    let [two, half] = signal.idle() else {
        panic!("there are two")
    };
    assert_eq!(last(&two.path()), "two");
    assert!(two.would_hear(None) && two.senders().is_empty());
    assert!(matches!(two.cause(), Idle::Duplicate { first } if last(&first.path()) == "one"));
    assert_eq!(last(&half.path()), "other_half");
    assert_eq!(half.senders(), ["b"]);

    let table = catalog().with_signal("repeated").unwrap().to_string();
    let last_line = table.lines().last().unwrap();
    assert!(
        last_line.starts_with("   -  inspection::catalog::other_half \"half\""),
        "{table}"
    );
    assert!(last_line.ends_with("not called: duplicate key"), "{table}");
}

#[test]
fn models_and_named_senders_are_known() {
    let senders = catalog().senders();
    for label in ["inspection.Ticket", "inspection.Shop", "till"] {
        assert!(
            senders.iter().any(|known| known == label),
            "{label} in {senders:?}"
        );
    }
}

#[test]
fn crates_are_counted() {
    let catalog = catalog();
    let mut crates = catalog.crates().iter();
    let own = crates.find(|it| it.name == "inspection").unwrap();
    assert!(own.signals >= 7 && own.receivers >= 9 && own.senders >= 1);
    assert!(!own.is_installed);
}
