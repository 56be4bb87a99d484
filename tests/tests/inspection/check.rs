//! What is surely not meant: labels (OR22). Duplicates, circles and states are looked at where they belong.

use signals_core::{
    Finding, Model, ModelView, PrimaryKey, Sender, known_senders, receiver, signal,
};
use signals_tests::findings_of;

use crate::support::{last, signals};

#[derive(Debug, Model)]
#[model(label = "garden.Flower")]
struct Flower {
    id: i64,
}

/// Written by hand, and made known by its name.
#[derive(Debug)]
struct Tree;

impl Model for Tree {
    const LABEL: &'static str = "garden.Tree";
    type Instance = Self;
    type Draft = Self;
}

impl ModelView for Tree {
    type Of = Self;

    fn pk(&self) -> Option<PrimaryKey> {
        None
    }
}

struct GreenHouse;

known_senders![Sender::model::<Tree>(), Sender::named("kitchen window")];

signal! {
    grown<M: Model>(sender: M, instance: &M);
    sown<M: Model>(sender: M);
    watered(sender);
}

#[receiver(grown, sender = "garden.Flower")]
fn a_model() {}

#[receiver(grown, sender = "garden.Tree")]
fn made_known() {}

#[receiver(grown, sender = ["garden.Flower", "garden.Flwoer"])]
fn misspelt() {}

#[receiver(grown, sender = "shed.Spade")]
fn not_linked() {}

fn unknown(findings: &[Finding]) -> Vec<(String, String, Vec<String>)> {
    let labels = findings.iter().map(|finding| match finding {
        Finding::UnknownLabel {
            receiver,
            label,
            closest,
            ..
        } => (
            last(&receiver.path()).to_owned(),
            label.clone(),
            closest.clone(),
        ),
        other => panic!("only labels are wrong here: {other}"),
    });
    labels.collect()
}

#[test]
fn or22_a_label_that_no_model_has_is_reported_with_its_receiver() {
    let flower = vec!["garden.Flower".to_owned()];
    assert_eq!(
        unknown(&findings_of(&grown)),
        [
            ("misspelt".to_owned(), "garden.Flwoer".to_owned(), flower),
            ("not_linked".to_owned(), "shed.Spade".to_owned(), vec![]),
        ]
    );
}

#[test]
fn a_finding_is_one_line_with_a_remedy() {
    let findings = findings_of(&grown);
    let place = |index: usize| match &findings[index] {
        Finding::UnknownLabel { receiver, .. } => receiver.to_string(),
        other => panic!("{other}"),
    };
    assert_eq!(
        findings[0].to_string(),
        format!(
            "signal `inspection::check::grown`: receiver `{}` listens to `garden.Flwoer`, a label \
             that no linked sender has; did you mean `garden.Flower`?; correct it, link the crate \
             that the sender is in, or make it known with `known_senders!`",
            place(0)
        )
    );
    assert!(findings.iter().all(|it| !it.to_string().contains('\n')));
}

// Its payload has a field `sender`, so it may be sent under any name.
#[receiver(sown, sender = "shed.Spade")]
fn any_name() {}

#[receiver(watered, sender = GreenHouse)]
fn by_type() {}

#[receiver(watered, sender = "inspection.GreenHouse")]
fn by_its_label() {}

#[receiver(watered, sender = "balcony")]
fn name_of_a_send() {}

#[receiver(watered, sender = "kitchen window")]
fn a_known_name() {}

#[receiver(watered, sender = "inspection.Greenhouse")]
fn a_slip() {}

#[test]
fn what_anybody_sends_is_reported_only_if_it_is_a_slip() {
    assert!(findings_of(&sown).is_empty());
    let house = vec!["inspection.GreenHouse".to_owned()];
    assert_eq!(
        unknown(&findings_of(&watered)),
        [(
            "a_slip".to_owned(),
            "inspection.Greenhouse".to_owned(),
            house
        )]
    );
}

#[test]
fn or22_connections_are_looked_at_too() {
    let connection = budding.on().sender_named("garden.Flowr").connect(|_| ());
    assert_eq!(unknown(&findings_of(&budding)).len(), 1);
    drop(connection);
    assert!(findings_of(&budding).is_empty());
}

signal! {
    budding<M: Model>(sender: M, instance: &M);
}

#[test]
fn the_command_ends_with_1() {
    let ran = signals(&["check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("listens to `garden.Flwoer`"));
    // Nothing was started, so nothing can be missing yet.
    assert!(!ran.out.contains("which nobody provided"), "{}", ran.out);
    assert!(
        ran.err
            .contains("note: receivers take the state `inspection::catalog::Db`")
    );
    assert!(ran.err.contains("in `installed_apps!`"), "{}", ran.err);
    let summary = ran.out.lines().find(|line| line.contains(" findings: "));
    assert!(
        summary.is_some_and(|line| line.contains(" signals, ")),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\n   inspection: "));
}

#[test]
fn a_model_is_used() {
    let flower = Flower { id: 1 };
    assert_eq!(flower.id, 1);
    grown.send(Grown { instance: &Tree }).unwrap();
}
