//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    #[signal]
    order_paid(total: u64);
    #[signal()]
    order_sent(total: u64);
    #[signal = "shop.order_lost"]
    order_lost(total: u64);
}

fn main() {}
