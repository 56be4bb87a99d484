#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(type: u32);
}

fn main() {}
