//! 4 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    #[signal(version = 0)]
    order_paid(total: u64);
    #[signal(version = "2")]
    order_sent(total: u64);
    #[signal(version = -1)]
    order_lost(total: u64);
    #[signal(version = 5_000_000_000)]
    order_found(total: u64);
}

fn main() {}
