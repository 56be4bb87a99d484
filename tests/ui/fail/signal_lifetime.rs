//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &'a str);
    order_sent<'a>(order: &'a str);
}

fn main() {}
