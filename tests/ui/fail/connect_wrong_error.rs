#![allow(unused)]

use signals_core::signal;

pub struct Full;

signal! {
    order_paid(total: u64);
}

fn book(paid: &OrderPaid) -> Result<(), Full> {
    Err(Full)
}

fn main() {
    let _connection = order_paid.connect(book);
}
