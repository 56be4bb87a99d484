#![allow(unused)]

use signals_core::{receiver, signal};

pub struct Db;

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(#[state] db: Option<Db>) {}

fn main() {}
