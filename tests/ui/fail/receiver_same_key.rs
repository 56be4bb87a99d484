//! 3 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

struct WebShop;

signal! {
    order_paid(sender, total: u64);
    order_sent(sender, total: u64);
}

#[receiver(order_paid, when = |total: u64| total > 9)]
#[receiver(order_paid, when = |total: u64| total < 3)]
fn book(total: u64) {}

#[receiver(order_paid, sender = WebShop)]
#[receiver([order_sent, order_paid], sender = WebShop, before = "book")]
fn report(total: u64) {}

#[receiver(order_paid, dispatch_uid = "a")]
#[receiver(order_paid, dispatch_uid = "a", priority = 5)]
fn count(total: u64) {}

#[receiver(order_paid)]
#[receiver(order_paid)]
#[receiver(order_paid, sender = WebShop)]
#[receiver(order_paid, on_commit)]
#[receiver(order_paid, before_commit)]
#[receiver(order_sent, on_commit)]
fn fine(total: u64) {}

fn main() {}
