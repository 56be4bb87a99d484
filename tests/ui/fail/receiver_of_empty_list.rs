#![allow(unused)]

use signals_core::receiver;

#[receiver([])]
fn book(total: u64) {}

fn main() {}
