//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(order: &str);
    order_sent(order: &str);
}

#[receiver(order_paid)]
fn by_value(event: OrderPaid<'_>) {}

#[receiver(order_paid)]
fn of_another_signal(event: &OrderSent<'_>) {}

fn main() {}
