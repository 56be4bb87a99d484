//! 3 errors: rustc goes on after a name that is defined twice, with the wrong one of both.

#![allow(unused)]

use signals_core::signal;

pub struct OrderPaid;

signal! {
    order_paid(total: u64);
}

fn main() {}
