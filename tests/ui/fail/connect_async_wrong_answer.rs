#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

async fn archive(paid: &OrderPaid) -> u64 {
    paid.total
}

fn main() {
    let _connection = order_paid.connect_async(archive);
}
