#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(#[serde(skip)] total: u64);
}

fn main() {}
