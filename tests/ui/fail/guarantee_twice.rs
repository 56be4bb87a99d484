//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, on_commit, on_rollback)]
fn book(total: u64) {}

#[receiver(order_paid, inline, on_commit)]
fn report(total: u64) {}

#[receiver(order_paid, on_commit, on_commit)]
fn send(total: u64) {}

fn main() {}
