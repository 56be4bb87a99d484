#![allow(unused)]

use signals_core::signal;

struct Ledger;

signal! {
    order_paid(total: u64);
}

fn main() {
    let _connection = order_paid.connect(Ledger);
}
