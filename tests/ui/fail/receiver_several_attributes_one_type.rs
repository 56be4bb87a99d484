//! 5 errors: two of the three mistakes are told for each of the two signals, by its name.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
    order_sent(total: u64);
}

#[receiver(order_paid)]
#[receiver(order_sent)]
fn book(total: u32, ordr: u64) -> u8 {
    5
}

fn main() {}
