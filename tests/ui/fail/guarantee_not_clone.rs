#![allow(unused)]

use signals_core::{receiver, signal};

struct Order;

signal! {
    order_paid(order: &Order, total: u64);
}

#[receiver(order_paid, on_commit)]
fn send_receipt(order: &Order) {}

fn main() {}
