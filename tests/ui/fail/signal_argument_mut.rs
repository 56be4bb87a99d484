#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(mut total: u64);
}

fn main() {}
