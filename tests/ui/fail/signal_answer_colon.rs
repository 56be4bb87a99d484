//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    price_asked(weight: u32): u32;
    quote_asked(weight: u32) => u32;
}

fn main() {}
