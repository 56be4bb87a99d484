#![allow(unused)]

use std::cell::RefCell;

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(#[state] ledger: &RefCell<Vec<u64>>) {}

fn main() {}
