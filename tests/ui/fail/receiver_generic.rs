#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str);
}

#[receiver(order_paid)]
fn book<T: AsRef<str> + ?Sized>(order: &T) {}

fn main() {}
