//! 2 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
    price_asked(weight: u32) -> u32;
}

fn main() {
    let _first = order_paid.connect(|paid: &OrderPaid| paid.total);
    let _second = price_asked.connect(|asked| "much");
}
