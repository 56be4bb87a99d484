#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
    till_opened(till: u32);
}

#[receiver([order_paid, till_opened])]
fn log(total: u64) {}

fn main() {}
