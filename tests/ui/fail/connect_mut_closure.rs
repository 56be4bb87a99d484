#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    let mut sum = 0;
    let _connection = order_paid.connect(move |paid| sum += paid.total);
}
