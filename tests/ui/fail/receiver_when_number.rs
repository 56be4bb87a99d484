//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, when = 5)]
fn book(total: u64) {}

#[receiver(order_paid, when = true)]
fn count(total: u64) {}

#[receiver(order_paid, when = total > 5)]
fn log(total: u64) {}

fn main() {}
