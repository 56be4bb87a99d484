//! 4 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

#[receiver(order_paid, uid = "book")]
fn book(total: u64) {}

#[receiver(order_paid, weak = false)]
fn weak(total: u64) {}

#[receiver(order_paid, senders = [Shop])]
fn shop(total: u64) {}

#[receiver(order_paid, piority = 5)]
fn early(total: u64) {}

fn main() {}
