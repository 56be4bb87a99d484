#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, priority = 5, dispatch_uid = "book", priority = 7)]
fn book(total: u64) {}

fn main() {}
