#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Limits(u64);

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, when = |total: u64, #[state] limits: &Limits| total > limits.0)]
fn book(total: u64) {}

fn main() {}
