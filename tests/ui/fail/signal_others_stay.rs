//! The mistake in one signal does not take the others away.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(name: str);
    order_sent(total: u64);
}

#[receiver(order_sent)]
fn book(total: u64) {}

fn main() {
    let _ = order_sent.send(OrderSent { total: 5 });
}
