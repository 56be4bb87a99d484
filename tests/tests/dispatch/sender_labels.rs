//! `sender = "crate.Type"`: SG11, SG12, Q8.

use signals_core::{Model, Sender, SenderId, SenderLabel, receiver, signal};
use signals_tests::Journal;

struct Shop;
struct Branch<T>(std::marker::PhantomData<T>);

#[derive(Debug, Model)]
struct Article {
    id: u32,
}

#[derive(Debug, Model)]
#[model(label = "shop.Customer")]
struct Customer {
    id: u32,
}

/// A model by hand, which is listed nowhere else.
#[derive(Debug)]
struct Ledger;

impl Model for Ledger {
    type Instance = Self;
    type Draft = Self;
    const LABEL: &'static str = "books.Ledger";
}

impl signals_core::ModelView for Ledger {
    type Of = Self;

    fn pk(&self) -> Option<signals_core::PrimaryKey> {
        None
    }
}

signals_core::known_senders![Sender::model::<Ledger>()];

mod deep {
    pub(super) struct Shop;
}

signal! {
    paid(sender, journal: &Journal);
    saved<M: Model>(sender: M, instance: &M, journal: &Journal);
}

#[receiver(paid, sender = "dispatch.Shop")]
fn of_shop(journal: &Journal) {
    journal.note("shop");
}

#[receiver(paid, sender = "dispatch.Branch")]
fn of_branch(journal: &Journal) {
    journal.note("branch");
}

#[receiver(paid, sender = "dispatch.Article")]
fn of_article(journal: &Journal) {
    journal.note("article");
}

#[receiver(paid, sender = ["shop.Customer", "books.Ledger"])]
fn by_stated_label(journal: &Journal) {
    journal.note("stated");
}

#[receiver(paid, sender = ["dispatch.Customer", "dispatch.Ledger"])]
fn by_type_name(journal: &Journal) {
    journal.note("type name");
}

#[receiver(saved, sender = "dispatch.Article")]
fn article_saved(instance: &dyn signals_core::AnyModel, journal: &Journal) {
    journal.note(instance.pk().unwrap());
}

fn heard_by(sender: Sender) -> Vec<String> {
    let journal = &Journal::new();
    paid.send(Paid { sender, journal }).unwrap();
    journal.take()
}

#[test]
fn sg12_a_type_is_found_by_its_label() {
    assert_eq!(heard_by(Sender::of::<Shop>()), ["shop"]);
    assert_eq!(heard_by(Sender::of::<Article>()), ["article"]);
    assert_eq!(heard_by(Sender::model::<Article>()), ["article"]);
    let (instance, journal) = (&Article { id: 4 }, &Journal::new());
    saved.send(Saved { instance, journal }).unwrap();
    assert_eq!(journal.take(), ["4"]);
}

#[test]
fn sg12_a_model_is_found_by_the_label_that_it_states() {
    for sender in [Sender::model::<Customer>(), Sender::of::<Customer>()] {
        assert_eq!(heard_by(sender), ["stated"]);
        assert_eq!(sender.to_string(), "shop.Customer");
        assert!(paid.has_listeners(sender));
    }
    for sender in [Sender::model::<Ledger>(), Sender::of::<Ledger>()] {
        assert_eq!(heard_by(sender), ["stated"]);
        assert_eq!(sender.label().unwrap(), "books.Ledger");
    }
}

#[test]
fn a_label_leaves_out_modules_and_parameters() {
    assert_eq!(heard_by(Sender::of::<deep::Shop>()), ["shop"]);
    assert_eq!(heard_by(Sender::of::<Branch<u8>>()), ["branch"]);
    assert_eq!(heard_by(Sender::of::<Branch<Shop>>()), ["branch"]);
}

#[test]
fn a_named_sender_with_that_name_is_heard_too() {
    assert_eq!(heard_by(Sender::named("dispatch.Shop")), ["shop"]);
}

#[test]
fn sg11_a_label_is_compared_whole() {
    for other in [
        "dispatch",
        "dispatch.",
        ".Shop",
        "Shop",
        "dispatch.Shop ",
        "dispatch.shop",
        "Dispatch.Shop",
        "dispatch::Shop",
        "",
    ] {
        assert_eq!(heard_by(Sender::named(other)), [""; 0], "{other:?}");
    }
}

#[test]
fn labels_read_as_django_writes_them() {
    let label = |sender: Sender| sender.label().map(|label: SenderLabel| label.to_string());
    assert_eq!(
        label(Sender::of::<Shop>()).as_deref(),
        Some("dispatch.Shop")
    );
    assert_eq!(
        label(Sender::of::<Branch<deep::Shop>>()).as_deref(),
        Some("dispatch.Branch")
    );
    assert_eq!(label(Sender::named("till")).as_deref(), Some("till"));
    assert_eq!(
        label(Sender::of::<String>()).as_deref(),
        Some("alloc.String")
    );
    assert_eq!(label(Sender::of::<u32>()).as_deref(), Some("u32"));
    assert_eq!(label(Sender::none()), None);
    assert_eq!(label(Sender::instance(&SenderId::new())), None);
    let shop = Sender::of::<Shop>().label().unwrap();
    assert!(shop == "dispatch.Shop" && shop != "dispatch.Sho" && shop != "dispatch.Shops");
    assert_eq!(Article::LABEL, "dispatch.Article");
}

#[test]
fn a_label_at_run_time_finds_types_names_and_models() {
    signal! {
        refunded(sender, journal: &Journal);
    }
    let _connection = refunded
        .on()
        .sender_named("dispatch.Shop")
        .connect(|sent| sent.journal.note("heard"))
        .unwrap();
    let journal = &Journal::new();
    for sender in [
        Sender::of::<Shop>(),
        Sender::named("dispatch.Shop"),
        Sender::of::<Article>(),
    ] {
        refunded.send(Refunded { sender, journal }).unwrap();
    }
    assert_eq!(journal.take().len(), 2);
}

mod many {
    use super::{Journal, receiver, signal};

    signal! {
        pub(super) opened(sender, journal: &Journal);
    }

    // Looked up by bisection: a prefix, an empty tail, an order that is not that of the source.
    #[receiver(opened, sender = ["b", "a", "ab", "c.D", "c", "c.", "é"])]
    fn some(journal: &Journal) {
        journal.note("heard");
    }
}

#[test]
fn every_label_of_many_is_found() {
    use many::{Opened, opened};
    let journal = &Journal::new();
    for name in ["a", "ab", "b", "c", "c.", "c.D", "é"] {
        let sender = Sender::named(name);
        opened.send(Opened { sender, journal }).unwrap();
        assert_eq!(journal.take().len(), 1, "{name}");
    }
    for name in ["", "aa", "c.E", "d", "e"] {
        let sender = Sender::named(name);
        opened.send(Opened { sender, journal }).unwrap();
        assert_eq!(journal.take().len(), 0, "{name}");
    }
}
