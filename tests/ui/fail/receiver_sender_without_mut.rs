#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Shop;

signal! {
    before_payment(total: &mut u64);
}

#[receiver(before_payment, sender = Shop)]
fn book(total: &mut u64) {}

fn main() {}
