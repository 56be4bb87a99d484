//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    before_payment(order: &str, total: &mut u64);
}

#[receiver(before_payment)]
fn raise(event: &BeforePayment<'_>, total: &mut u64) {}

#[receiver(before_payment)]
fn all(event: &mut BeforePayment<'_>, order: &str) {}

fn main() {}
