#![allow(unused)]

use signals_core::signal;

pub struct Ledger;

signal! {
    order_paid(total: u64);
}

fn main() {
    let ledger = Ledger;
    order_paid.connect_weak(&ledger, |ledger, paid| ());
}
