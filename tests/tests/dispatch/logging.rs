//! What is logged, and when: DS16, and CONFORMANCE §1.8 "logged before the next receiver runs".

use signals_core::{BoxError, receiver, signal};
use signals_tests::{block_on, logs};

signal! {
    told();
}

fn no() -> BoxError {
    "no".into()
}

// Each says how much was logged before it ran.
static SEEN: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());

fn see() {
    SEEN.lock().unwrap().push(logs::count());
}

#[receiver(told)]
fn fails_first() -> Result<(), BoxError> {
    see();
    Err(no())
}

#[receiver(told)]
fn succeeds() {
    see();
}

#[receiver(told)]
fn panics() {
    see();
    panic!("no");
}

#[receiver(told)]
fn fails_last() -> Result<(), BoxError> {
    see();
    Err(no())
}

#[test]
fn ds16_each_failure_is_logged_before_the_next_receiver_runs() {
    logs::record();
    let sent = told.send_robust(Told {});
    assert_eq!(sent.errors().len(), 3);
    assert_eq!(std::mem::take(&mut *SEEN.lock().unwrap()), [0, 1, 1, 2]);
    assert_eq!(logs::take().len(), 3);

    logs::record();
    let sent = block_on(told.send_robust_async(Told {}));
    assert_eq!(sent.errors().len(), 3);
    assert_eq!(std::mem::take(&mut *SEEN.lock().unwrap()), [0, 1, 1, 2]);
    assert_eq!(logs::take().len(), 3);

    logs::record();
    let sent = block_on(told.concurrent().send_robust_async(Told {}));
    assert_eq!(sent.errors().len(), 3);
    assert_eq!(std::mem::take(&mut *SEEN.lock().unwrap()), [0, 1, 1, 2]);
    assert_eq!(logs::take().len(), 3);
}

#[test]
fn s18_a_plain_send_logs_nothing() {
    signal! {
        plainly_told();
    }

    #[receiver(plainly_told)]
    fn fails() -> Result<(), BoxError> {
        Err(no())
    }

    logs::record();
    plainly_told.send(PlainlyTold {}).unwrap_err();
    block_on(plainly_told.send_async(PlainlyTold {})).unwrap_err();
    block_on(plainly_told.concurrent().send_async(PlainlyTold {})).unwrap_err();
    assert!(plainly_told.pull(PlainlyTold {}).all(|()| true).is_err());
    assert_eq!(logs::take(), []);
}

#[test]
fn a_robust_send_without_failure_logs_nothing() {
    signal! {
        quietly_told();
    }

    #[receiver(quietly_told)]
    fn succeeds() {}

    logs::record();
    assert!(quietly_told.send_robust(QuietlyTold {}).is_ok());
    assert_eq!(logs::take(), []);
}

#[test]
fn an_async_receiver_is_logged_once_too() {
    signal! {
        late_told();
    }

    #[receiver(late_told)]
    async fn fails() -> Result<(), BoxError> {
        signals_tests::yield_now().await;
        Err("late".into())
    }

    #[receiver(late_told)]
    async fn panics() {
        signals_tests::yield_now().await;
        panic!("later");
    }

    let each = |sent: signals_core::RobustDelivered| {
        assert_eq!(sent.errors().len(), 2);
        let records = logs::take();
        assert_eq!(records.len(), 2, "{records:?}");
        assert!(records[0].message.ends_with(": late"));
        assert!(records[1].message.ends_with(": later"));
    };
    logs::record();
    each(late_told.send_robust(LateTold {}));
    each(block_on(late_told.send_robust_async(LateTold {})));
    each(block_on(
        late_told.concurrent().send_robust_async(LateTold {}),
    ));
}

mod nested {
    use super::{BoxError, receiver, signal};

    signal! {
        pub(super) outer_told();
        pub(super) inner_told();
    }

    #[receiver(outer_told)]
    fn sends_inner() -> Result<(), BoxError> {
        inner_told.send(InnerTold {})?;
        Ok(())
    }

    #[receiver(inner_told)]
    fn fails() -> Result<(), BoxError> {
        Err("deep down".into())
    }
}

#[test]
fn a_failure_that_passes_through_a_plain_send_is_logged_once_with_all_its_causes() {
    use nested::{OuterTold, outer_told};
    logs::record();
    let _ = outer_told.send_robust(OuterTold {});
    let records = logs::take();
    assert_eq!(records.len(), 1, "{records:?}");
    for part in [
        "outer_told",
        "sends_inner",
        "inner_told",
        "nested::fails",
        "deep down",
    ] {
        assert!(records[0].message.contains(part), "{}", records[0].message);
    }
}
