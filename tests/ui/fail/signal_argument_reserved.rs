//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(event: u32);
    till_opened(signal: u32);
}

fn main() {}
