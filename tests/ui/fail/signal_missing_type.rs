//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order, total: u64);
    order_sent(order:, total: u64);
}

fn main() {}
