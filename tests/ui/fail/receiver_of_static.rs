#![allow(unused)]

use signals_core::receiver;

#[allow(non_upper_case_globals)]
static order_paid: u32 = 5;

#[receiver(order_paid)]
fn book(total: u64) {}

fn main() {}
