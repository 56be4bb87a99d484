//! What can be connected: DESIGN's list of closures, functions and methods, annotated or not.

use std::sync::Arc;

use signals_core::{BoxError, BoxFuture, Connection, Sender, signal};
use signals_tests::{Journal, block_on};

signal! {
    paid(sender, journal: &Journal, total: u64, lines: &[&str], note: Option<&str>);
}

fn function(sent: &Paid<'_>) {
    sent.journal.note("function");
}

fn fallible(sent: &Paid<'_>) -> Result<(), std::num::TryFromIntError> {
    let total = u8::try_from(sent.total)?;
    sent.journal.note(format!("fallible {total}"));
    Ok(())
}

async fn async_function(sent: &Paid<'_>) {
    signals_tests::yield_now().await;
    sent.journal.note("async function");
}

async fn async_fallible(sent: &Paid<'_>) -> Result<(), BoxError> {
    signals_tests::yield_now().await;
    sent.journal.note("async fallible");
    Ok(())
}

struct Ledger {
    name: String,
}

impl Ledger {
    fn add(&self, sent: &Paid<'_>) {
        sent.journal.note(format!("{} {}", self.name, sent.total));
    }

    async fn add_later(self: Arc<Self>, sent: &Paid<'_>) {
        signals_tests::yield_now().await;
        sent.journal.note(format!("later {}", self.name));
    }
}

fn send(journal: &Journal) -> Vec<String> {
    let payload = || Paid {
        sender: Sender::none(),
        journal,
        total: 5,
        lines: &["a"],
        note: None,
    };
    paid.send(payload()).unwrap();
    let sync = journal.take();
    block_on(paid.send_async(payload())).unwrap();
    assert_eq!(journal.take(), sync);
    sync
}

#[test]
fn closures_functions_methods_and_async_ones_are_connected_in_order() {
    let text = String::from("captured");
    let ledger = Arc::new(Ledger {
        name: "ledger".into(),
    });
    let mut connections: Vec<Connection> = vec![
        paid.connect(function),
        paid.connect(fallible),
        paid.connect(|sent| sent.journal.note("closure")),
        paid.connect(|sent: &Paid<'_>| sent.journal.note("annotated")),
        paid.connect(move |sent| sent.journal.note(&text)),
        paid.connect_async(async_function),
        paid.connect_async(async_fallible),
        paid.connect_async(async |sent: &Paid<'_>| {
            signals_tests::yield_now().await;
            sent.journal.note(sent.lines.len());
        }),
    ];
    paid.connect_weak(&ledger, Ledger::add);
    paid.connect_weak(&ledger, |ledger, sent| sent.journal.note(ledger.name.len()));
    paid.connect_async_weak(&ledger, Ledger::add_later);
    let currency = String::from("EUR");
    connections.push(paid.connect_boxed(move |sent| -> BoxFuture<'_, ()> {
        let line = format!("{} {currency}", sent.total);
        Box::pin(async move { sent.journal.note(line) })
    }));

    let journal = &Journal::new();
    assert_eq!(
        send(journal),
        [
            "function",
            "fallible 5",
            "closure",
            "annotated",
            "captured",
            "async function",
            "async fallible",
            "1",
            "ledger 5",
            "6",
            "later ledger",
            "5 EUR"
        ]
    );
    let receivers = paid.receivers();
    assert!(receivers.iter().all(|receiver| receiver.is_connection()));
    let is_async = receivers.iter().map(|receiver| receiver.is_async());
    assert_eq!(is_async.filter(|is_async| *is_async).count(), 5);
    assert!(receivers[0].path().ends_with("kinds::function"));

    drop(connections);
    assert_eq!(send(journal), ["ledger 5", "6", "later ledger"]);
    drop(ledger);
    assert!(paid.receivers().is_empty());
}

#[test]
fn the_builder_takes_every_kind_too() {
    signal! {
        told(sender, journal: &Journal);
    }
    struct Shop;
    async fn later(sent: &Told<'_>) {
        sent.journal.note("async");
    }
    async fn of_owner(owner: Arc<u8>, sent: &Told<'_>) {
        sent.journal.note(owner);
    }
    let owner = Arc::new(7);
    let on = |uid: &'static str| told.on().sender::<Shop>().dispatch_uid(uid);
    let _connections = [
        on("a").connect(|sent| sent.journal.note("sync")).unwrap(),
        on("b").connect_async(later).unwrap(),
        on("c")
            .connect_boxed(|sent| -> BoxFuture<'_, ()> {
                Box::pin(async move { sent.journal.note("boxed") })
            })
            .unwrap(),
    ];
    on("d")
        .connect_weak(&owner, |owner, sent| sent.journal.note(owner + 1))
        .unwrap();
    on("e").connect_async_weak(&owner, of_owner).unwrap();
    for uid in ["a", "b", "c", "d", "e"] {
        assert!(on(uid).connect(|_| ()).is_err(), "{uid}");
        assert!(on(uid).connect_async(later).is_err(), "{uid}");
        let boxed = on(uid).connect_boxed(|_| -> BoxFuture<'_, ()> { Box::pin(async {}) });
        assert!(boxed.is_err(), "{uid}");
        assert!(on(uid).connect_weak(&owner, |_, _| ()).is_err(), "{uid}");
        let of_owner = on(uid).connect_async_weak(&owner, of_owner);
        assert!(of_owner.is_err(), "{uid}");
    }
    let journal = &Journal::new();
    let sender = Sender::of::<Shop>();
    told.send(Told { sender, journal }).unwrap();
    assert_eq!(journal.take(), ["sync", "async", "boxed", "8", "7"]);
    assert_eq!(told.receivers()[0].senders(), ["connections.Shop"]);
}

#[test]
fn connections_to_different_signals_fit_into_one_list() {
    signal! {
        opened(journal: &Journal);
        closed(journal: &Journal, late: bool);
    }
    let both = vec![
        opened.connect(|sent| sent.journal.note("opened")),
        closed.connect(|sent| sent.journal.note(sent.late)),
    ];
    let journal = &Journal::new();
    let late = true;
    opened.send(Opened { journal }).unwrap();
    closed.send(Closed { journal, late }).unwrap();
    assert_eq!(journal.take(), ["opened", "true"]);
    assert!(format!("{both:?}").contains("kinds::closed"));
    drop(both);
    assert_eq!(opened.send(Opened { journal }).unwrap().count(), 0);
    assert_eq!(closed.send(Closed { journal, late }).unwrap().count(), 0);
}
