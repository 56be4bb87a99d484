//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    saved(sender: M, instance: &M);
    order_paid(sender: Shop, total: u64);
    order_sent(sender: Sender, total: u64);
}

fn main() {}
