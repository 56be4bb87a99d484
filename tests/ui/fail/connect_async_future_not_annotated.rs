#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    let _connection = order_paid.connect_async(|paid| async move { let _ = paid.total; });
}
