//! The error of a plain send: it stops there, and says who, where and why.

use std::error::Error as _;

use signals_core::{SendError, SendErrorKind, Sender, receiver, signal};
use signals_tests::{Journal, block_on};

#[derive(Debug, thiserror::Error)]
#[error("the disk is full")]
struct DiskFull(#[source] std::io::Error);

mod stopping {
    use super::{DiskFull, Journal, receiver, signal};

    signal! {
        pub(super) told(sender, journal: &Journal);
    }

    #[receiver(told)]
    fn before(journal: &Journal) {
        journal.note("before");
    }

    pub(super) const LINE: u32 = line!() + 2;

    #[receiver(told)]
    fn fails(journal: &Journal) -> Result<(), DiskFull> {
        journal.note("fails");
        Err(DiskFull(std::io::Error::other("device 7")))
    }

    #[receiver(told)]
    fn after(journal: &Journal) {
        journal.note("after");
    }

    #[receiver(told)]
    async fn long_after(journal: &Journal) {
        journal.note("long after");
    }
}

type Plain = fn(stopping::Told<'_>) -> Result<signals_core::Delivered, SendError>;

const PLAIN: [Plain; 3] = [
    |payload| stopping::told.send(payload),
    |payload| block_on(stopping::told.send_async(payload)),
    |payload| block_on(stopping::told.concurrent().send_async(payload)),
];

#[test]
fn s18_the_first_error_stops_the_send() {
    for send in PLAIN {
        let journal = &Journal::new();
        let sender = Sender::none();
        send(stopping::Told { sender, journal }).unwrap_err();
        assert_eq!(journal.take(), ["before", "fails"]);
    }
}

#[test]
fn the_error_names_signal_receiver_sender_and_place() {
    for send in PLAIN {
        let journal = &Journal::new();
        let sender = Sender::named("shop");
        let error = send(stopping::Told { sender, journal }).unwrap_err();
        let message = error.to_string();
        let place = format!("{}:{}", file!(), stopping::LINE);
        for part in [
            stopping::told.info().name(),
            concat!(module_path!(), "::stopping::fails"),
            "shop",
            &place,
        ] {
            assert!(message.contains(part), "{part} is missing in: {message}");
        }
        let receiver = error.receiver().unwrap();
        assert_eq!(receiver.file(), file!());
        assert_eq!(receiver.line(), stopping::LINE);
    }
}

#[test]
fn the_source_is_the_receivers_own_error() {
    for send in PLAIN {
        let journal = &Journal::new();
        let sender = Sender::none();
        let error = send(stopping::Told { sender, journal }).unwrap_err();
        assert!(error.downcast_ref::<DiskFull>().is_some());
        assert!(error.downcast_ref::<std::fmt::Error>().is_none());
        let own = error.source().unwrap();
        assert_eq!(own.to_string(), "the disk is full");
        assert!(own.downcast_ref::<DiskFull>().is_some());
        assert_eq!(own.source().unwrap().to_string(), "device 7");
        let SendErrorKind::Receiver(failed) = error.into_kind() else {
            panic!("a receiver failed");
        };
        assert_eq!(failed.sender(), sender);
        let own = failed.into_source().unwrap();
        assert!(own.downcast::<DiskFull>().is_ok());
    }
}

#[test]
fn a_send_error_goes_on_with_the_question_mark() {
    fn boxed(journal: &Journal) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let sender = Sender::none();
        stopping::told.send(stopping::Told { sender, journal })?;
        Ok(())
    }
    fn any(journal: &Journal) -> anyhow::Result<()> {
        let sender = Sender::none();
        stopping::told.send(stopping::Told { sender, journal })?;
        Ok(())
    }
    let journal = &Journal::new();
    assert!(boxed(journal).unwrap_err().is::<SendError>());
    let chain: Vec<String> = any(journal)
        .unwrap_err()
        .chain()
        .map(ToString::to_string)
        .collect();
    assert_eq!(chain[1..], ["the disk is full", "device 7"]);
    assert_eq!(size_of::<SendError>(), size_of::<usize>());
}

#[test]
fn a_panic_goes_through_a_plain_send_and_nobody_after_it_runs() {
    signal! {
        panicked(journal: &Journal);
    }

    #[receiver(panicked)]
    fn panics() {
        panic!("out of paper");
    }

    #[receiver(panicked)]
    async fn after(journal: &Journal) {
        journal.note("after");
    }

    let sends: [fn(Panicked<'_>); 3] = [
        |payload| drop(panicked.send(payload)),
        |payload| drop(block_on(panicked.send_async(payload))),
        |payload| drop(block_on(panicked.concurrent().send_async(payload))),
    ];
    for send in sends {
        let journal = &Journal::new();
        let panic = std::panic::catch_unwind(|| send(Panicked { journal })).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"out of paper"));
        assert!(journal.is_empty());
    }
}

#[test]
fn the_error_of_a_connection_names_where_it_was_connected() {
    signal! {
        told();
    }
    let line = line!() + 1;
    let _connection = told.connect(|_| Err::<(), _>("no"));
    let error = told.send(Told {}).unwrap_err();
    let place = format!("{}:{line}", file!());
    assert!(error.to_string().contains(&place), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "no");
}

#[test]
fn an_error_of_a_nested_send_tells_the_whole_story() {
    signal! {
        outer();
        inner();
    }

    #[receiver(outer)]
    fn sends() -> Result<(), SendError> {
        inner.send(Inner {}).map(drop)
    }

    #[receiver(inner)]
    fn fails() -> Result<(), DiskFull> {
        Err(DiskFull(std::io::Error::other("device 7")))
    }

    let error = outer.send(Outer {}).unwrap_err();
    let nested: &SendError = error.downcast_ref().unwrap();
    assert!(nested.receiver().unwrap().path().ends_with("fails"));
    assert!(nested.downcast_ref::<DiskFull>().is_some());
}
