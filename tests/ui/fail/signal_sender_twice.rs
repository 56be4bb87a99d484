#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(sender, sender, total: u64);
}

fn main() {}
