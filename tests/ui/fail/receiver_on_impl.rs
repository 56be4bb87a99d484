#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

pub struct Ledger;

#[receiver(order_paid)]
impl Ledger {
    pub fn book(total: u64) {}
}

fn main() {}
