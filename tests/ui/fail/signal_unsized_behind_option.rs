#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(name: Option<str>);
}

fn main() {}
