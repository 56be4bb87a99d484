//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, priority)]
fn book(total: u64) {}

#[receiver(order_paid, priority =)]
fn count(total: u64) {}

#[receiver(order_paid, priority(5))]
fn log(total: u64) {}

fn main() {}
