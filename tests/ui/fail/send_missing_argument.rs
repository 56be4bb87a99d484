#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &str, total: u64);
}

fn main() {
    let _ = order_paid.send(OrderPaid { order: "a" });
}
