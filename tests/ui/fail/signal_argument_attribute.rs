//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(#[cfg(any())] sender, #[serde(skip)] total: u64);
}

fn main() {}
