#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Shop;

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, sender = Shop, when = |total: u64| total > 5)]
fn book(total: u64) {}

fn main() {}
