#![allow(unused)]

use signals_core::signal;

pub struct Shop;

signal! {
    order_paid(total: u64);
}

fn main() {
    let _connection = order_paid.on().sender::<Shop>().connect(|paid| ());
}
