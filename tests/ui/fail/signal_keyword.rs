//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    pub fn order_paid(total: u64);
    pub static order_sent(total: u64);
    async order_lost(total: u64);
}

fn main() {}
