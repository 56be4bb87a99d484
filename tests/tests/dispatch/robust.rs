//! `send_robust`: DS13–DS16, and panics.

use std::error::Error as _;
use std::fmt;

use signals_core::{RobustDelivered, Sender, receiver, signal};
use signals_tests::{Journal, block_on, logs};

#[derive(Debug, thiserror::Error)]
#[error("the ledger is full at {at}")]
struct LedgerFull {
    at: u32,
    #[source]
    cause: std::io::Error,
}

fn full(at: u32) -> LedgerFull {
    LedgerFull {
        at,
        cause: std::io::Error::other("no space left"),
    }
}

mod fine {
    use super::{receiver, signal};

    signal! {
        pub(super) asked(sender, val: u32) -> u32;
        pub(super) told(sender, val: u32);
    }

    #[receiver(asked)]
    fn same(val: u32) -> u32 {
        val
    }

    #[receiver(asked)]
    fn next(val: u32) -> Result<u32, super::LedgerFull> {
        Ok(val + 1)
    }

    #[receiver(told)]
    fn listens() {}
}

#[test]
fn ds13_without_errors_robust_is_the_same_as_plain() {
    use fine::{Asked, Told, asked, told};
    let sender = Sender::named("test");
    let plain = asked.send(Asked { sender, val: 5 }).unwrap();
    let robust = asked.send_robust(Asked { sender, val: 5 });

    assert!(robust.is_ok());
    assert!(robust.refused().is_none());
    assert_eq!(robust.errors().count(), 0);
    assert_eq!(robust.len(), plain.len());
    for (robust, plain) in robust.iter().zip(&plain) {
        assert!(robust.receiver.same(&plain.receiver));
        assert_eq!(*robust.answer.as_ref().unwrap(), plain.answer);
    }
    assert_eq!(robust.into_answers().collect::<Vec<_>>(), [5, 6]);
    assert_eq!(plain.into_answers().collect::<Vec<_>>(), [5, 6]);
    let told_plain = told.send(Told { sender, val: 1 }).unwrap();
    let told_robust = told.send_robust(Told { sender, val: 1 });
    assert!(told_robust.is_ok());
    assert_eq!(told_robust.count(), told_plain.count());
}

#[test]
fn ds14_robust_to_nobody_is_empty() {
    signal! {
        asked(val: u32) -> u32;
        told(val: u32);
    }
    let answers = asked.send_robust(Asked { val: 1 });
    assert!(answers.is_empty() && answers.is_ok());
    let delivered = told.send_robust(Told { val: 1 });
    assert!(delivered.count() == 0 && delivered.is_ok() && delivered.errors().is_empty());
}

#[test]
fn ds15_robust_reaches_receivers_of_everybody() {
    use fine::{Asked, asked};
    for sender in [Sender::none(), Sender::of::<u8>(), Sender::named("x")] {
        let result = asked.send_robust(Asked { sender, val: 1 });
        assert_eq!(result.answers().collect::<Vec<_>>(), [&1, &2]);
    }
}

mod failing {
    use super::{LedgerFull, full, receiver, signal};

    signal! {
        pub(super) asked(sender, val: u32) -> u32;
        pub(super) told(sender, val: u32);
    }

    #[receiver(asked)]
    fn before(val: u32) -> u32 {
        val
    }

    #[receiver(asked)]
    pub(super) fn fails(val: u32) -> Result<u32, LedgerFull> {
        Err(full(val))
    }

    #[receiver(asked)]
    fn after(val: u32) -> u32 {
        val + 1
    }

    #[receiver(told)]
    fn fails_too(val: u32) -> Result<(), LedgerFull> {
        Err(full(val))
    }

    #[receiver(told)]
    fn panics_too() {
        panic!("out of paper");
    }

    #[receiver(told)]
    fn is_fine() {}
}

#[test]
fn ds16_robust_returns_the_error_in_place() {
    use failing::{Asked, asked};
    logs::record();
    let sender = Sender::named("shop");
    let results = asked.send_robust(Asked { sender, val: 3 });

    assert!(!results.is_ok());
    assert!(results.refused().is_none());
    assert_eq!(results.len(), 3);
    assert_eq!(*results[0].answer.as_ref().unwrap(), 3);
    assert_eq!(*results[2].answer.as_ref().unwrap(), 4);

    let error = results[1].answer.as_ref().unwrap_err();
    assert!(error.receiver().same(&results[1].receiver));
    assert_eq!(error.signal().name(), asked.info().name());
    assert_eq!(error.sender(), sender);
    assert!(error.panic_message().is_none());
    let message = error.to_string();
    for part in ["failing::asked", "failing::fails", "shop", "robust.rs:"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    // The receiver's own error, whole.
    assert_eq!(error.downcast_ref::<LedgerFull>().unwrap().at, 3);
    let source = error.source().unwrap();
    assert_eq!(source.to_string(), "the ledger is full at 3");
    assert_eq!(
        source.source().unwrap().to_string(),
        "no space left",
        "and what caused it"
    );
}

#[test]
fn ds16_robust_logs_the_error_once() {
    use failing::{Asked, asked};
    logs::record();
    let sender = Sender::named("shop");
    let _ = asked.send_robust(Asked { sender, val: 3 });

    let records = logs::take();
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].level, log::Level::Error);
    assert_eq!(records[0].target, "signals.dispatch");
    for part in [
        "failing::asked",
        "failing::fails",
        "shop",
        "the ledger is full at 3",
        "no space left",
    ] {
        let message = &records[0].message;
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
}

#[test]
fn ds16_a_signal_that_only_tells_returns_its_errors_in_order() {
    use failing::{Told, told};
    logs::record();
    let sender = Sender::of::<String>();
    let delivered = told.send_robust(Told { sender, val: 9 });

    assert_eq!(delivered.count(), 3, "those that failed included");
    assert!(!delivered.is_ok());
    assert_eq!(delivered.errors().len(), 2);
    assert_eq!(
        delivered.errors()[0]
            .downcast_ref::<LedgerFull>()
            .unwrap()
            .at,
        9
    );
    assert_eq!(delivered.errors()[1].panic_message(), Some("out of paper"));
    assert_eq!(logs::take().len(), 2);
    assert_eq!(delivered.into_errors().len(), 2);
}

#[test]
fn a_panic_is_the_receivers_result_with_its_message_and_payload() {
    signal! {
        asked(val: u32) -> u32;
    }
    #[derive(Debug, PartialEq)]
    struct Special(u32);

    let journal = Journal::new();
    let _connections = [
        asked.connect(|_| -> u32 { panic!("a literal") }),
        asked.connect(|sent| -> u32 { panic!("formatted {}", sent.val) }),
        asked.connect(|sent| -> u32 { std::panic::panic_any(Special(sent.val)) }),
        asked.connect(|sent| sent.val),
    ];
    logs::record();
    let results = asked.send_robust(Asked { val: 6 });

    let messages: Vec<_> = results
        .errors()
        .map(|error| error.panic_message().unwrap())
        .collect();
    assert_eq!(messages, ["a literal", "formatted 6", "(no message)"]);
    for error in results.errors() {
        assert!(error.source().is_none());
        journal.note(error);
    }
    assert!(journal.take()[1].contains("panicked: formatted 6"));
    assert_eq!(logs::take().len(), 3);
    let mut payloads = results
        .into_iter()
        .filter_map(|result| result.answer.err())
        .map(|error| error.into_source().unwrap_err());
    assert_eq!(payloads.next().unwrap().downcast_ref(), Some(&"a literal"));
    assert_eq!(
        payloads.next().unwrap().downcast_ref::<String>().unwrap(),
        "formatted 6"
    );
    assert_eq!(
        payloads.next().unwrap().downcast_ref(),
        Some(&Special(6)),
        "to be thrown on"
    );
}

#[test]
fn the_error_itself_can_be_taken_out() {
    use failing::{Asked, asked};
    let sender = Sender::none();
    let results = asked.send_robust(Asked { sender, val: 8 });
    let error = results
        .into_iter()
        .find_map(|result| result.answer.err())
        .unwrap();
    let own = error.into_source().unwrap();
    assert_eq!(own.downcast::<LedgerFull>().unwrap().at, 8);
}

/// Errors that cannot be printed.
#[derive(Debug)]
enum Unprintable {
    Panics,
    Fails,
}

impl fmt::Display for Unprintable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panics => std::panic::resume_unwind(Box::new("unprintable")),
            Self::Fails => Err(fmt::Error),
        }
    }
}

impl std::error::Error for Unprintable {}

#[test]
fn an_error_that_cannot_be_printed_is_a_result_and_a_record_as_any_other() {
    signal! {
        scrawled(journal: &Journal);
    }

    #[receiver(scrawled)]
    fn fails() -> Result<(), Unprintable> {
        Err(Unprintable::Fails)
    }

    #[receiver(scrawled)]
    fn panics() -> Result<(), Unprintable> {
        Err(Unprintable::Panics)
    }

    #[receiver(scrawled)]
    async fn panics_late() -> Result<(), Unprintable> {
        signals_tests::yield_now().await;
        Err(Unprintable::Panics)
    }

    #[receiver(scrawled)]
    fn succeeds(journal: &Journal) {
        journal.note("succeeds");
    }

    let journal = &Journal::new();
    let each = |sent: RobustDelivered| {
        assert_eq!(journal.take(), ["succeeds"]);
        for (error, name) in sent.errors().iter().zip(["fails", "panics", "panics_late"]) {
            assert!(error.receiver().path().ends_with(name));
            assert!(error.downcast_ref::<Unprintable>().is_some());
        }
        let records = logs::take();
        assert_eq!((sent.errors().len(), records.len()), (3, 3));
        for name in ["::fails", "::panics", "::panics_late"] {
            let is_it = |record: &logs::Logged| record.message.contains(&format!("{name} ("));
            assert_eq!(records.iter().filter(|it| is_it(it)).count(), 1, "{name}");
        }
    };
    logs::record();
    each(scrawled.send_robust(Scrawled { journal }));
    each(block_on(scrawled.send_robust_async(Scrawled { journal })));
    let send = scrawled.concurrent();
    each(block_on(send.send_robust_async(Scrawled { journal })));
}

#[test]
fn a_panic_of_the_log_stops_nobody() {
    signal! {
        broken_off(journal: &Journal);
    }

    #[receiver(broken_off)]
    fn fails() -> Result<(), LedgerFull> {
        Err(full(1))
    }

    #[receiver(broken_off)]
    fn panics() {
        panic!("two");
    }

    #[receiver(broken_off)]
    fn succeeds(journal: &Journal) {
        journal.note("succeeds");
    }

    let journal = &Journal::new();
    logs::record();
    let sent = logs::panicking(|| broken_off.send_robust(BrokenOff { journal }));
    assert_eq!(sent.errors().len(), 2);
    let sent = logs::panicking(|| block_on(broken_off.send_robust_async(BrokenOff { journal })));
    assert_eq!(sent.errors().len(), 2);
    assert_eq!(journal.take(), ["succeeds", "succeeds"]);
}
