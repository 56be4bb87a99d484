#![allow(unused)]

use signals_core::receiver;

mod order_paid {}

#[receiver(order_paid)]
fn book(total: u64) {}

fn main() {}
