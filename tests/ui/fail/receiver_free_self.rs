//! 2 errors: one by rustc, because the function could be a method but is none.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(&self, total: u64) {}

fn main() {}
