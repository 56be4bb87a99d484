//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(order: &Parcel);
    order_sent(order: Parcel) -> Receipt;
}

fn main() {}
