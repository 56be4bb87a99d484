#![allow(unused)]

use std::fmt::Debug;

use signals_core::signal;

signal! {
    order_paid(order: &dyn Debug);
}

fn main() {
    let order: &dyn Debug = &5;
    let _ = order_paid.send(OrderPaid { order });
}
