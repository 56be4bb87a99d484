#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

struct Shop;

#[receiver(sender = Shop, order_paid)]
fn book(total: u64) {}

fn main() {}
