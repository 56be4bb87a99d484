#![allow(unused)]

use std::error::Error;

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
async fn book(total: u64) -> Result<(), Box<dyn Error>> {
    Ok(())
}

fn main() {}
