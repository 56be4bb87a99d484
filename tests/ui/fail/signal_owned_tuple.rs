#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(place: (String, u32));
}

fn main() {}
