#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str);
}

#[receiver(order_paid)]
fn book<'o>(order: &'o str) {}

fn main() {}
