//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
    order_sent(total: u64);
}

#[receiver(order_paid, prority = 5)]
#[receiver(order_sent, durable)]
#[receiver(order_lost)]
#[receiver]
fn book(total: u64) {}

fn main() {}
