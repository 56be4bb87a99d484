//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

pub trait Store {}

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(#[state] store: &dyn Store) {}

#[receiver(order_paid)]
fn count(#[state] name: &str) {}

fn main() {}
