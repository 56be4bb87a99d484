#![allow(unused)]

mod shop {
    use signals_core::signal;

    signal! {
        order_paid(total: u64);
    }
}

use signals_core::receiver;

#[receiver(shop::order_paid)]
fn book(total: u64) {}

fn main() {}
