#![allow(unused)]

use std::sync::Arc;

use signals_core::signal;

pub struct Ledger(u64);

impl Ledger {
    fn book(&mut self, paid: &OrderPaid) {
        self.0 += paid.total;
    }
}

signal! {
    order_paid(total: u64);
}

fn main() {
    let ledger = Arc::new(Ledger(0));
    order_paid.connect_weak(&ledger, Ledger::book);
}
