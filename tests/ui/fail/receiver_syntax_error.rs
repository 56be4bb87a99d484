//! 2 errors: one by rustc, which reads the function before the macro does.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total u64) {}

fn main() {}
