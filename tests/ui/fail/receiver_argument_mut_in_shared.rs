#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    before_payment(total: &mut u64);
}

#[receiver(before_payment)]
fn raise(total: u64) {}

fn main() {}
