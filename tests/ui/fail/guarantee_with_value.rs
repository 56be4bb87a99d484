//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, on_commit = true)]
fn book(total: u64) {}

#[receiver(order_paid, after_commit)]
fn report(total: u64) {}

fn main() {}
