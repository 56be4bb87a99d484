#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Full;

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64) -> Result<(), Full> {
    Err(Full)
}

fn main() {}
