#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
    order_sent(total: u64);
}

fn main() {
    let _ = order_paid.send(OrderSent { total: 5 });
}
