#![allow(unused)]

use signals_core::signal;

pub struct Shop;

signal! {
    order_paid(sender, total: u64);
}

fn main() {
    let _ = order_paid.send(OrderPaid { sender: Shop, total: 5 });
}
