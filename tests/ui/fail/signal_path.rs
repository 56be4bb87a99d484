#![allow(unused)]

use signals_core::signal;

signal! {
    shop::order_paid(total: u64);
}

fn main() {}
