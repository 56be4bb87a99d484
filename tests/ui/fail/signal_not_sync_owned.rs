#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: *const u8);
}

fn main() {}
