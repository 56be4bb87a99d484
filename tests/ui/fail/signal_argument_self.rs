//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(&self, total: u64);
    order_sent(self);
}

fn main() {}
