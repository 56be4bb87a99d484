#![allow(unused)]

use signals_core::signal;

signal! {
    #[derive(Clone, Debug)]
    order_paid(total: u64);
}

fn main() {}
