#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Shop;

signal! {
    order_paid(sender, total: u64);
}

#[receiver(order_paid, sender = Shop::new())]
fn book() {}

fn main() {}
