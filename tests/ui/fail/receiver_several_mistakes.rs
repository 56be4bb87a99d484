//! 6 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str, total: u64);
}

#[receiver(order_paid, piority = 5, when = 5)]
unsafe fn send_receipt<T>((a, b): (u8, u8), _: &str, _other: T) {}

fn main() {}
