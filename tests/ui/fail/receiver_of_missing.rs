//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_payd)]
fn book(total: u64) {}

#[receiver(shop::order_paid)]
fn count(total: u64) {}

fn main() {}
