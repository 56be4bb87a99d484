#![allow(unused)]

use signals_core::{SignalInfo, receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn send_receipt(signal: SignalInfo) {}

fn main() {}
