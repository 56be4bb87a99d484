#![allow(unused)]

use signals_core::receiver;

fn order_paid() {}

#[receiver(order_paid)]
fn book(total: u64) {}

fn main() {}
