//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    order_paid<'a>(order: &'a str);
    saved<'a, M: Model>(sender: M, order: &'a str);
}

fn main() {}
