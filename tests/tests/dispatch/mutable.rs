//! `&mut` arguments: the next receiver and the sender see what a receiver changed (CONFORMANCE §1.8).

use signals_core::{receiver, signal};
use signals_tests::block_on;

signal! {
    /// Two arguments to change, and one to look at.
    priced(total: &mut u64, lines: &mut Vec<String>, rate: u64);
    renamed(name: &mut String) -> usize;
}

#[receiver(priced, priority = 2)]
fn tax(total: &mut u64, rate: u64) {
    *total += *total * rate / 100;
}

#[receiver(priced, priority = 1)]
fn line(lines: &mut Vec<String>, total: &mut u64) {
    lines.push(format!("with tax: {total}"));
    *total += 1;
}

#[receiver(priced)]
async fn later(total: &mut u64) {
    signals_tests::yield_now().await;
    *total += 2;
}

#[receiver(priced, priority = -1)]
fn whole(event: &mut Priced<'_>) {
    event.lines.push(format!("all: {}", event.total));
}

/// Sees what was changed before it.
#[receiver(priced, priority = -2, when = |total: &u64| *total > 1_000)]
fn only_when_dear(lines: &mut Vec<String>) {
    lines.push("dear".into());
}

fn check(send: impl FnOnce(Priced<'_>)) {
    let mut total = 100;
    let mut lines = Vec::new();
    send(Priced {
        total: &mut total,
        lines: &mut lines,
        rate: 20,
    });
    assert_eq!(total, 123);
    assert_eq!(lines, ["with tax: 120", "all: 123"]);
}

#[test]
fn s18_the_next_receiver_and_the_sender_see_changes() {
    check(|payload| assert_eq!(priced.send(payload).unwrap().count(), 4));
    check(|payload| assert!(priced.send_robust(payload).is_ok()));
    check(|payload| assert_eq!(block_on(priced.send_async(payload)).unwrap().count(), 4));
    check(|payload| assert!(block_on(priced.send_robust_async(payload)).is_ok()));
    check(|payload| assert_eq!(priced.pull(payload).fold(0, |n, ()| n + 1).unwrap(), 4));
}

#[test]
fn a_condition_sees_what_receivers_before_it_changed() {
    let (mut total, mut lines) = (900, Vec::new());
    priced
        .send(Priced {
            total: &mut total,
            lines: &mut lines,
            rate: 20,
        })
        .unwrap();
    assert_eq!(lines.last().unwrap(), "dear");
}

#[test]
fn connect_mut_changes_and_connect_looks() {
    let _connections = [
        renamed.connect_mut(|sent| {
            sent.name.push('b');
            sent.name.len()
        }),
        renamed.connect(|sent| sent.name.len() * 10),
        renamed
            .on()
            .priority(1)
            .connect_mut(|sent| {
                sent.name.insert(0, 'c');
                0
            })
            .unwrap(),
    ];
    let mut name = String::from("a");
    let lengths: Vec<usize> = renamed
        .send(Renamed { name: &mut name })
        .unwrap()
        .into_answers()
        .collect();
    assert_eq!(lengths, [0, 3, 30]);
    assert_eq!(name, "cab");
}

#[test]
fn what_a_failing_receiver_changed_stays_changed() {
    signal! {
        counted(count: &mut u32);
    }
    let _connections = [
        counted.connect_mut(|sent| -> Result<(), String> {
            *sent.count += 1;
            Err("no".into())
        }),
        counted.connect_mut(|sent| -> Result<(), String> {
            *sent.count += 10;
            panic!("no")
        }),
    ];
    let mut count = 0;
    counted.send(Counted { count: &mut count }).unwrap_err();
    assert_eq!(count, 1);
    let robust = counted.send_robust(Counted { count: &mut count });
    assert_eq!(robust.errors().len(), 2);
    assert_eq!(count, 12);
}

#[test]
fn a_nested_send_may_lend_the_argument_on() {
    signal! {
        outer(count: &mut u32);
        inner(count: &mut u32);
    }

    #[receiver(outer)]
    fn lends(count: &mut u32) -> Result<(), signals_core::SendError> {
        inner.send(Inner { count })?;
        *count *= 10;
        Ok(())
    }

    #[receiver(inner)]
    fn adds(count: &mut u32) {
        *count += 1;
    }

    let mut count = 1;
    outer.send(Outer { count: &mut count }).unwrap();
    assert_eq!(count, 20);
}
