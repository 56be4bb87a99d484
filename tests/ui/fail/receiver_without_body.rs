//! 2 errors: one by rustc, because a function has to have a body, which it needs not in a trait.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64);

fn main() {}
