//! 2 mistakes.

#![deny(unused_must_use)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    order_paid.connect(|paid| ());
    order_paid.on().priority(5);
}
