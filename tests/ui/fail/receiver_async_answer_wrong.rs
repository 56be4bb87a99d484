#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    price_asked(weight: u32) -> u32;
}

#[receiver(price_asked)]
async fn post(weight: u32) -> String {
    weight.to_string()
}

fn main() {}
