//! 2 mistakes.

#![allow(unused)]

use std::error::Error;

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64) -> Result<(), Box<dyn Error>> {
    Ok(())
}

#[receiver(order_paid)]
fn count(total: u64) -> Result<(), Box<dyn Error + Send>> {
    Ok(())
}

fn main() {}
