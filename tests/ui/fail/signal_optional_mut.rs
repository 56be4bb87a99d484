#![allow(unused)]

use signals_core::signal;

signal! {
    before_payment(total: Option<&mut u64>);
}

fn main() {}
