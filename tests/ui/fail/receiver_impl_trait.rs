//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str, total: u64);
}

#[receiver(order_paid)]
fn book(order: &impl AsRef<str>, total: impl Into<u64>) {}

fn main() {}
