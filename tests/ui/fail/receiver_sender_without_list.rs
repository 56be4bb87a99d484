//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Shop;
pub struct Till;

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, sender = [Shop, Till])]
fn book(total: u64) {}

fn main() {}
