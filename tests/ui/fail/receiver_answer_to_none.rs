//! 2 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64) -> bool {
    total > 5
}

#[receiver(order_paid)]
async fn book_later(total: u64) -> Option<()> {
    None
}

fn main() {}
