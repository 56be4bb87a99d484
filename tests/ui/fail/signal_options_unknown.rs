#![allow(unused)]

use signals_core::signal;

signal! {
    #[signal(nme = "shop.order_paid")]
    order_paid(total: u64);
}

fn main() {}
