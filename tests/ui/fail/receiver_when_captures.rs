#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

fn main() {
    let limit = 5;

    #[receiver(order_paid, when = |total: u64| total > limit)]
    fn book(total: u64) {}
}
