//! 2 errors: one by rustc, because no macro can stand there at all.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

fn main() {
    #[receiver(order_paid)]
    let book = |total: u64| {};
}
