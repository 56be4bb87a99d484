//! 2 errors: rustc finds it to be no signal, and then not even a struct.

#![allow(unused)]

use signals_core::receiver;

struct OrderPaid;

#[receiver(OrderPaid)]
fn book(total: u64) {}

fn main() {}
