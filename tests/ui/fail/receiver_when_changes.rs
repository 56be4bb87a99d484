#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    before_payment(total: &mut u64);
}

#[receiver(before_payment, when = |total: &mut u64| { *total += 1; true })]
fn book(total: &mut u64) {}

fn main() {}
