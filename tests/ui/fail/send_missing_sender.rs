#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(sender, total: u64);
}

fn main() {
    let _ = order_paid.send(OrderPaid { total: 5 });
}
