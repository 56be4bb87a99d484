//! 5 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, priority = 1.5)]
fn float(total: u64) {}

#[receiver(order_paid, priority = "high")]
fn string(total: u64) {}

#[receiver(order_paid, priority = 3_000_000_000)]
fn large(total: u64) {}

#[receiver(order_paid, priority = 5u8)]
fn suffix(total: u64) {}

#[receiver(order_paid, priority = HIGH)]
fn constant(total: u64) {}

fn main() {}
