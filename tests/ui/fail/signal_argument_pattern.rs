#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid((order, total): (u32, u64));
}

fn main() {}
