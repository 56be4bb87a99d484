//! 5 errors: rustc goes on after what is no signal, and misses in it all that a signal has.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(OrderPaid)]
fn book(total: u64) {}

fn main() {}
