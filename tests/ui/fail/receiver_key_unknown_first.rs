#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, on_comit)]
fn book(total: u64) {}

fn main() {}
