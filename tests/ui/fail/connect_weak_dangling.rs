#![allow(unused)]

use std::sync::Arc;

use signals_core::signal;

pub struct Ledger;

signal! {
    order_paid(total: u64);
}

fn main() {
    let _connection = order_paid.on().connect_weak(&Arc::new(Ledger), |ledger, paid| paid.totl);
}
