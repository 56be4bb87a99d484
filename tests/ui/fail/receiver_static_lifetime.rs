//! 2 errors: rustc asks for the payload's lifetime and for that of the reference to it.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str);
}

#[receiver(order_paid)]
fn book(order: &'static str) {}

fn main() {}
