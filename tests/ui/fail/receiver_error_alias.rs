#![allow(unused)]

use signals_core::{receiver, signal};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64) -> Result<()> {
    Ok(())
}

fn main() {}
