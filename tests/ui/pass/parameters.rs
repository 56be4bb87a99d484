//! How a receiver may take its arguments.
#![deny(warnings)]

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use signals_core::{Sender, SignalInfo, receiver, signal};

#[derive(Debug)]
pub struct Order {
    pub id: u32,
}

type Money = u64;

signal! {
    pub order_paid(sender, order: &Order, total: Money, note: &String, lines: &Vec<u32>);
}

static SUM: AtomicU64 = AtomicU64::new(0);

#[receiver(order_paid)]
fn mutable(mut total: u64, mut order: &Order) {
    total += u64::from(order.id);
    order = &Order { id: 1 };
    SUM.fetch_add(total + u64::from(order.id), Ordering::Relaxed);
}

#[receiver(order_paid)]
const fn constant(_total: u64) {}

#[receiver(order_paid)]
fn none_of_them() {}

// What an argument is a reference to, or can be seen as.
#[receiver(order_paid)]
fn seen_as(note: &str, lines: &[u32], order: &dyn Debug) {
    assert_eq!(
        format!("{note} {lines:?} {order:?}"),
        "note [1] Order { id: 7 }"
    );
}

#[receiver(order_paid)]
fn reserved(sender: Sender, signal: &SignalInfo, event: &OrderPaid<'_>, total: u64) {
    assert_eq!(sender, event.sender);
    assert_eq!(signal.args().len(), 5);
    assert_eq!(total, event.total);
}

#[receiver(order_paid)]
async fn asynchronous(_sender: Sender, _signal: &'static SignalInfo, _event: &OrderPaid<'_>) {}

#[receiver(order_paid)]
fn allowed(#[allow(unused)] total: u64, #[allow(unused_mut)] mut order: &Order) {
    let _ = order;
}

#[receiver(order_paid)]
pub(crate) fn still_a_function(total: Money) {
    assert_eq!(total, 5);
}

fn main() -> Result<(), signals_core::SendError> {
    order_paid.send(OrderPaid {
        sender: Sender::none(),
        order: &Order { id: 7 },
        total: 5,
        note: &String::from("note"),
        lines: &vec![1],
    })?;
    assert_eq!(SUM.load(Ordering::Relaxed), 13);
    still_a_function(5);
    Ok(())
}
