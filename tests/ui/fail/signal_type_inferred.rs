//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &_, total: _);
}

fn main() {}
