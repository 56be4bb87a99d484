//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    OrderPaid(total: u64);
    orderSent(total: u64);
    ORDER_LOST(total: u64);
}

fn main() {}
