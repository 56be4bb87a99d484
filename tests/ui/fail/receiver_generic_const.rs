#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(ids: &[u64; 4]);
}

#[receiver(order_paid)]
fn book<const N: usize>(ids: &[u64; N]) {}

fn main() {}
