#![allow(unused)]

use std::fmt::Debug;

use signals_core::signal;

signal! {
    order_paid(order: dyn Debug);
}

fn main() {}
