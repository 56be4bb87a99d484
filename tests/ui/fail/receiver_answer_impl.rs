#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    price_asked(weight: u32) -> String;
}

#[receiver(price_asked)]
fn post(weight: u32) -> impl ToString {
    weight
}

fn main() {}
