#![allow(unused)]

use signals_core::signal;

signal! {
    orders_paid(ids: Vec<u64>, total: u64);
}

fn main() {}
