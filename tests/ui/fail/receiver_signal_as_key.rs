#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(signal = order_paid)]
fn book(total: u64) {}

fn main() {}
