#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    let currency = String::from("EUR");
    let _connection = order_paid.connect_async(async move |paid: &OrderPaid| drop(currency.len()));
}
