#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

#[receiver(order_paid, queue = "slow")]
fn book(total: u64) {}

fn main() {}
