//! 5 mistakes.

#![allow(unused)]

use std::cell::Cell;
use std::rc::Rc;

use signals_core::signal;

/// Holds something that no other thread may see.
struct Order {
    notes: Rc<str>,
}

signal! {
    order_paid(order: &Rc<u32>);
    till_opened(till: u32);
    order_counted(till: u32, count: &Cell<u32>, name: &str, orders: &[Order]);
    order_kept(till: Option<&str>, count: &'static Cell<u32>);
    order_changed(till: Option<&str>, count: &mut &'static Cell<u32>);
}

fn main() {}
