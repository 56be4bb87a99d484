#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

#[receiver(order_paid)]
fn send_receipt(sender: &str) {}

fn main() {}
