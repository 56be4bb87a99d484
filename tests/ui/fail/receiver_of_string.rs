#![allow(unused)]

use signals_core::receiver;

#[receiver("order_paid")]
fn book(total: u64) {}

fn main() {}
