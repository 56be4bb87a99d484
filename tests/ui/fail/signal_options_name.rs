//! 4 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    #[signal(name = order_paid)]
    order_paid(total: u64);
    #[signal(name = "")]
    order_sent(total: u64);
    #[signal(name = "shop.order_lost ")]
    order_lost(total: u64);
    #[signal(name)]
    order_found(total: u64);
}

fn main() {}
