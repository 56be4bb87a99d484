#![allow(unused)]

use std::sync::Arc;

use signals_core::signal;

pub struct Ledger;

signal! {
    order_paid(total: u64);
}

fn main() {
    let ledger = Arc::new(Ledger);
    order_paid.connect_weak(&ledger, |paid| ());
}
