#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
    order_paid(order: u32);
}

fn main() {}
