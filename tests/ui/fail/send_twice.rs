#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &str);
}

fn main() {
    let paid = OrderPaid { order: "a" };
    let _ = order_paid.send(paid);
    let _ = order_paid.send(paid);
}
