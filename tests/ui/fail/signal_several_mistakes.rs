//! 6 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(event: u32, total, order: u32, order: u32);
    OrderSent(total: u64);
    pub till_opened(till: u32);
    order_lost(name: &'a str) -> &str;
}

fn main() {
    let _ = till_opened.send(TillOpened { till: 1 });
}
