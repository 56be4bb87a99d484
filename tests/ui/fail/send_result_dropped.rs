#![deny(unused_must_use)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    order_paid.send(OrderPaid { total: 5 });
    order_paid.send_robust(OrderPaid { total: 5 });
}
