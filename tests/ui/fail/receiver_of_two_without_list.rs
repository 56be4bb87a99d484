#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
    ended(total: u64);
}

#[receiver(order_paid, ended)]
fn book(total: u64) {}

fn main() {}
