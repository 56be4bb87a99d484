#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    price_asked(weight: u32) -> u32;
}

#[receiver(price_asked)]
fn post(weight: u32) {}

fn main() {}
