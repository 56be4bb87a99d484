//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

struct Order;

signal! {
    order_paid(order: &Order, total: u64);
}

#[receiver(order_paid, on_commit)]
fn book(total: u32) {}

#[receiver(order_paid, on_commit)]
fn report(totl: u64) {}

fn main() {}
