//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

struct Ledger;

impl Ledger {
    #[receiver(order_paid)]
    fn book(&self, total: u64) {}

    #[receiver(order_paid)]
    fn shared(self: std::sync::Arc<Self>, total: u64) {}
}

fn main() {}
