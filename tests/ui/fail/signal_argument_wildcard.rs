#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(_: u32);
}

fn main() {}
