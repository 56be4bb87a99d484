//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(_: u64) {}

#[receiver(order_paid)]
fn count(__: u64) {}

fn main() {}
