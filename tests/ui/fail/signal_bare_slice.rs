#![allow(unused)]

use signals_core::signal;

signal! {
    orders_paid(orders: [u64]);
}

fn main() {}
