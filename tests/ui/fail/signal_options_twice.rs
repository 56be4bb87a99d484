//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    #[signal(name = "shop.order_paid", version = 2, name = "shop.paid")]
    order_paid(total: u64);
    #[signal(version = 2)]
    #[signal(version = 3)]
    order_sent(total: u64);
}

fn main() {}
