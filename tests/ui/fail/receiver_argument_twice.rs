//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
    before_payment(total: &mut u64);
}

#[receiver(order_paid)]
fn send_receipt(total: u64, _total: u64) {}

#[receiver(before_payment)]
fn raise(total: &mut u64, _total: &mut u64) {}

fn main() {}
