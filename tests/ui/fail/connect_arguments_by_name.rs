#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &str, total: u64);
}

fn main() {
    let _connection = order_paid.connect(|order: &str, total: u64| {});
}
