#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

fn total(paid: &OrderPaid) -> u64 {
    paid.total
}

#[receiver(order_paid, when = total)]
fn book(total: u64) {}

fn main() {}
