#![allow(unused)]

use signals_core::receiver;

trait OrderPaid {}

#[receiver(OrderPaid)]
fn book(total: u64) {}

fn main() {}
