//! 4 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Order {
    pub id: u32,
}

signal! {
    order_paid(order: &Order, place: (u32, u32));
}

#[receiver(order_paid)]
fn tuple((x, y): (u32, u32)) {}

#[receiver(order_paid)]
fn fields(Order { id }: &Order) {}

#[receiver(order_paid)]
fn by_reference(ref order: &Order) {}

#[receiver(order_paid)]
fn bound(order @ Order { id }: &Order) {}

fn main() {}
