#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, crate = crate::signals)]
fn book(total: u64) {}

fn main() {}
