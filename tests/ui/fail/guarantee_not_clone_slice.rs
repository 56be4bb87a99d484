//! 2 errors: rustc adds what `ToOwned` of a slice needs.

#![allow(unused)]

use signals_core::{receiver, signal};

struct Order;

signal! {
    orders_paid(orders: &[Order]);
}

#[receiver(orders_paid, on_rollback)]
fn send_receipts(orders: &[Order]) {}

fn main() {}
