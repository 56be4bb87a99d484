#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    quote_requested(weight: u32) -> u64;
}

#[receiver(quote_requested, on_commit)]
fn post(weight: u32) -> u64 {
    u64::from(weight)
}

fn main() {}
