//! 5 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

#[receiver(order_paid, sender = 5)]
fn number() {}

#[receiver(order_paid, sender = "")]
fn empty() {}

#[receiver(order_paid, sender = &Shop)]
fn reference() {}

#[receiver(order_paid, sender = [])]
fn nobody() {}

#[receiver(order_paid, sender = ["shop.Shop", 5])]
fn mixed() {}

#[receiver(order_paid, sender = (Shop, Till))]
fn tuple() {}

fn main() {}
