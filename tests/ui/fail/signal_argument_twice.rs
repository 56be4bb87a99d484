#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: u32, total: u64, order: u32);
}

fn main() {}
