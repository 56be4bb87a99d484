//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str, total: u64);
}

#[receiver(order_paid)]
fn send_receipt(ordr: &str, total: u32) -> u8 {
    0
}

fn main() {}
