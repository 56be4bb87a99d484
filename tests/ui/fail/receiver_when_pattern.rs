//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(place: (u32, u32));
}

#[receiver(order_paid, when = |(x, y)| x > y)]
fn book(place: (u32, u32)) {}

#[receiver(order_paid, when = |_| true)]
fn count(place: (u32, u32)) {}

fn main() {}
