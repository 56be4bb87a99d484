#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

fn is_large(total: u64) -> bool {
    total > 5
}

#[receiver(order_paid, when = is_large)]
fn book(total: u64) {}

fn main() {}
