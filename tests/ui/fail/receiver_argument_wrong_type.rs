#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str, total: u64);
}

#[receiver(order_paid)]
fn send_receipt(order: &str, total: u32) {}

fn main() {}
