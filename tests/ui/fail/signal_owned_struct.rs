#![allow(unused)]

use signals_core::signal;

pub struct Order {
    pub id: u64,
}

signal! {
    order_paid(order: Order);
}

fn main() {}
