#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn raise(event: &mut OrderPaid) {}

fn main() {}
