//! 2 mistakes.

#![allow(unused)]

use std::cell::Cell;
use std::rc::Rc;

use signals_core::signal;

signal! {
    order_paid(order: &Rc<u32>);
    till_opened(till: u32);
    order_counted(count: &Cell<u32>);
}

fn main() {}
