#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    price_asked(weight: u32) -> u64;
}

#[receiver(price_asked)]
fn post(weight: u32) -> Result<u32, std::fmt::Error> {
    Ok(weight)
}

fn main() {}
