//! 7 errors: an `impl` can hold nothing of what a signal is made of, and rustc says so of each thing.

#![allow(unused)]

use signals_core::signal;

pub struct Order;

impl Order {
    signal! {
        pub order_paid(total: u64);
    }
}

fn main() {}
