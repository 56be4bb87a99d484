//! Why a receiver is called, and why there.

use signals_core::catalog::{CatalogReceiver, Explanation, NotCalled, Reason};
use signals_core::{Finding, ReceiverRef, catalog, receiver, signal};

use crate::support::{last, listed, signals};

struct Shop;
struct Till;
struct Paper;

fn explain(name: &str, sender: Option<&str>) -> Explanation {
    let mut explained = catalog().explain(name, sender).unwrap();
    assert_eq!(explained.len(), 1);
    explained.remove(0)
}

fn called(explanation: &Explanation) -> Vec<String> {
    let called = explanation.called();
    called.map(|it| last(&it.path()).to_owned()).collect()
}

signal! {
    /// Sent after a bill was printed.
    #[signal(name = "explain.printed")]
    printed(sender, pages: u32);
}

mod b {
    use super::{Paper, Shop, Till, printed, receiver};

    #[receiver(printed, sender = Shop, after = "a::last")]
    fn held_back() {}

    #[receiver(printed, sender = [Shop, Till], priority = 9)]
    fn high() {}

    #[receiver(printed, when = |pages: u32| pages > 1)]
    async fn staple(#[state] _paper: &Paper) {}
}

mod a {
    use super::{printed, receiver};

    #[receiver(printed, sender = "counter", before = "a::last", priority = -1)]
    fn before_last() {}

    #[receiver(printed, sender = "explain.Shop")]
    fn last() {}
}

/// Why each is where it is: the reason, and the other one.
fn reasons<'r>(receivers: impl Iterator<Item = &'r CatalogReceiver>) -> Vec<String> {
    let reason = |receiver: &CatalogReceiver| {
        let (word, other): (_, Option<&ReceiverRef>) = match receiver.reason() {
            Reason::First => ("first", None),
            Reason::After { other, .. } => ("after", Some(other)),
            Reason::Before { other, .. } => ("before", Some(other)),
            Reason::Priority { other } => ("priority", Some(other)),
            Reason::Source { other } => ("source", Some(other)),
            Reason::Connected { other } => ("connected", Some(other)),
            Reason::Circle { other } => ("circle", Some(other)),
            other => panic!("a reason that the tests do not know: {other}"),
        };
        let other = other.map(|other| format!(" {}", last(&other.path())));
        let own = last(&receiver.path()).to_owned();
        format!("{own}: {word}{}", other.unwrap_or_default())
    };
    receivers.map(reason).collect()
}

#[test]
fn each_place_has_its_reason() {
    assert_eq!(
        reasons(explain("explain.printed", None).called()),
        [
            "high: first",
            "staple: priority high",
            "before_last: priority staple",
            "last: before before_last",
            "held_back: after last",
        ]
    );
}

#[test]
fn a_sender_chooses() {
    let shop = explain("explain.printed", Some("inspection.Shop"));
    assert_eq!(called(&shop), ["high", "staple", "held_back"]);
    let not_called: Vec<_> = shop
        .not_called()
        .map(|(receiver, why)| match why {
            NotCalled::OtherSender { senders } => (last(&receiver.path()).to_owned(), senders),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(
        not_called,
        [
            ("before_last".to_owned(), vec!["counter".to_owned()]),
            ("last".to_owned(), vec!["explain.Shop".to_owned()]),
        ]
    );
    let nobody_known = explain("explain.printed", Some("nobody"));
    assert_eq!(called(&nobody_known), ["staple"]);
    assert_eq!(
        called(&explain("explain.printed", Some("counter"))),
        ["staple", "before_last"]
    );
}

#[test]
fn the_command_says_it_all() {
    let ran = signals(&["explain", "printed", "--sender", "inspection.Shop"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    let place = |line: u32| format!("{}:{line}", file!());
    let line = |name: &str| {
        let receivers = printed.receivers();
        let found = receivers.iter().find(|it| last(&it.path()) == name);
        place(found.unwrap().line())
    };
    let expected = format!(
        "explain.printed(sender: Sender, pages: u32)
   inspection::explain::printed, {}
   Sent after a bill was printed.

Called when `inspection.Shop` sends, in this order:
   1  inspection::explain::b::high
      {}
      runs inline, hears inspection.Shop or inspection.Till, priority 9
      nothing comes before it
   2  inspection::explain::b::staple
      {}
      runs inline, async, hears every sender
      after `inspection::explain::b::high` by priority, which is 9 there
      only if its `when` says so, which is asked at each send
      takes the state `inspection::explain::Paper`, which nobody has provided so far
   3  inspection::explain::b::held_back
      {}
      runs inline, hears inspection.Shop
      after `inspection::explain::a::last`: it says `after = \"a::last\"`

Not called:
   -  inspection::explain::a::before_last
      {}
      it hears counter only
   -  inspection::explain::a::last
      {}
      it hears explain.Shop only
",
        place(printed.info().line()),
        line("high"),
        line("staple"),
        line("held_back"),
        line("before_last"),
        line("last"),
    );
    assert_eq!(ran.out, expected);
    let findings = explain("explain.printed", None).findings();
    assert!(matches!(&*findings, [Finding::MissingState { .. }]));
}

signal! {
    #[signal(name = "explain.without_sender")]
    without_sender();
    #[signal(name = "explain.unheard")]
    unheard(sender);
    #[signal(name = "explain.circular")]
    circular();
    #[signal(name = "explain.connected")]
    connected_to();
    #[signal(name = "explain.doubled")]
    doubled();
}

#[receiver(without_sender)]
fn hears_all() {}

#[test]
fn a_signal_without_a_sender_says_so() {
    let explanation = explain("explain.without_sender", Some("x"));
    assert_eq!(called(&explanation), ["hears_all"]);
    assert!(
        explanation
            .to_string()
            .contains("Called, whoever sends, for this signal has no sender to choose by:")
    );
    assert!(
        explain("explain.without_sender", None)
            .to_string()
            .contains("\nCalled:\n")
    );
}

#[test]
fn nobody_is_said() {
    let text = explain("explain.unheard", Some("x")).to_string();
    assert!(
        text.ends_with("\nNobody is called when `x` sends."),
        "{text}"
    );
}

#[receiver(circular, after = "y")]
fn x() {}

#[receiver(circular, after = "x")]
fn y() {}

#[test]
fn a_circle_is_shown_where_it_is_cut() {
    let explanation = explain("explain.circular", None);
    assert_eq!(reasons(explanation.called()), ["x: circle y", "y: after x"]);
    let text = explanation.to_string();
    assert!(text.contains("the constraints go in a circle"), "{text}");
}

#[receiver(connected_to)]
fn is_linked() {}

fn one(_: &ConnectedTo) {}
fn two(_: &ConnectedTo) {}

#[test]
fn connections_come_by_time() {
    let _one = connected_to.connect(one);
    let _two = connected_to.connect(two);
    let explanation = explain("explain.connected", None);
    assert_eq!(
        reasons(explanation.called()),
        [
            "is_linked: first",
            "one: connected is_linked",
            "two: connected one"
        ]
    );
    let text = explanation.to_string();
    assert!(
        text.contains("`inspection::explain::is_linked`: connections come after what is linked")
    );
    assert!(text.contains("after `inspection::explain::one` by time of connecting"));
    assert!(text.contains("runs inline, connected at run time"));
}

#[receiver(doubled, dispatch_uid = "twice")]
fn kept() {}

#[receiver(doubled, dispatch_uid = "twice", before = "after_the_lost")]
fn lost() {}

// By its place it would come first; it is held back by the one that is not called.
#[receiver(doubled, priority = 1)]
fn after_the_lost() {}

#[test]
fn a_duplicate_is_not_called_and_still_in_the_order() {
    let explanation = explain("explain.doubled", None);
    assert_eq!(
        reasons(explanation.called()),
        ["kept: first", "after_the_lost: before lost"]
    );
    let text = explanation.to_string();
    let why = format!(
        "duplicate key: `twice` ({}:{}) has the same, and comes first",
        file!(),
        { doubled.receivers()[0].line() }
    );
    assert!(text.contains(&why), "{text}");
    assert!(
        text.contains("give one of them another `dispatch_uid`"),
        "{text}"
    );
}

#[test]
fn a_disconnected_receiver_is_not_called() {
    assert!(disconnecting.disconnect("off"));
    let text = explain("explain.disconnecting", None).to_string();
    assert!(text.contains("\nNobody is called.\n"), "{text}");
    assert!(
        text.ends_with("      disconnected while the program ran"),
        "{text}"
    );
}

signal! {
    #[signal(name = "explain.disconnecting")]
    disconnecting();
}

#[receiver(disconnecting, dispatch_uid = "off")]
fn off() {}

#[derive(Debug, signals_core::Model)]
#[model(label = "stationery.Pencil")]
struct Pencil {
    id: u32,
}

signal! {
    sharpened<M: signals_core::Model>(sender: M, instance: &M);
}

#[receiver(sharpened, sender = Pencil)]
fn sweep(instance: &Pencil) {
    let _ = instance.id;
}

#[test]
fn a_receiver_that_names_a_model_by_its_type_is_found_by_its_label() {
    let sent_by = explain("sharpened", Some("stationery.Pencil"));
    assert_eq!(called(&sent_by), ["sweep"]);
    assert_eq!(
        listed("sharpened").receivers()[0].senders(),
        ["stationery.Pencil"]
    );
    assert!(called(&explain("sharpened", Some("inspection.Pencil"))).is_empty());
}
