#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

async fn archive(paid: &OrderPaid) {}

fn main() {
    let _connection = order_paid.connect(archive);
}
