#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(_order: u32);
}

fn main() {}
