//! 11 errors: rustc goes on after a name that is defined twice, and finds all that is made of it twice.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

signal! {
    order_paid(order: u32);
}

fn main() {}
