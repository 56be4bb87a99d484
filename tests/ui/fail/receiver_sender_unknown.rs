//! 3 mistakes.

#![allow(unused)]

use signals_core::{Model, receiver, signal};

signal! {
    saved<M: Model>(sender: M, instance: &M);
    order_paid(sender, total: u64);
}

#[receiver(saved, sender = Usr)]
fn book() {}

#[receiver(order_paid, sender = [Shp, Tll])]
fn count() {}

fn main() {}
