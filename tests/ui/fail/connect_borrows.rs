#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    let names = vec![String::from("a")];
    let _connection = order_paid.connect(|paid| drop(names.len()));
}
