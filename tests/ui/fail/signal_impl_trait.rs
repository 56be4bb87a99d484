//! 2 mistakes.

#![allow(unused)]

use std::fmt::Debug;

use signals_core::signal;

signal! {
    order_paid(order: &impl Debug);
    order_sent(order: impl Debug);
}

fn main() {}
