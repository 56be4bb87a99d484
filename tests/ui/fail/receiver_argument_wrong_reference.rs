//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Order;

signal! {
    order_paid(order: &Order);
}

#[receiver(order_paid)]
fn by_value(order: Order) {}

#[receiver(order_paid)]
fn exclusive(order: &mut Order) {}

fn main() {}
