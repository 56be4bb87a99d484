//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    order_paid(name: &str, trim: fn(&'a str), call: &dyn Fn(&'n str)) -> fn(&'n str);
}

fn main() {}
