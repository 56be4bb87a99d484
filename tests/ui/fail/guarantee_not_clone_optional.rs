#![allow(unused)]

use signals_core::{receiver, signal};

struct Order;

signal! {
    order_paid(order: Option<&Order>);
}

#[receiver(order_paid, on_commit)]
fn send_receipt(order: Option<&Order>) {}

fn main() {}
