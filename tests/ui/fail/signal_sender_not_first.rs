//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    order_paid(total: u64, sender);
    saved<M: Model>(instance: &M, sender: M);
}

fn main() {}
