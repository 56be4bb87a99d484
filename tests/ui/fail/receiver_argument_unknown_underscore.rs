#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str, total: u64);
}

#[receiver(order_paid)]
fn send_receipt(_totals: u64) {}

fn main() {}
