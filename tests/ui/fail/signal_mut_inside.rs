//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    before_payment(totals: (&mut u64, u64));
    before_sending(totals: &[&mut u64]);
}

fn main() {}
