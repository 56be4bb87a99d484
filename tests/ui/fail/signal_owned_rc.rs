#![allow(unused)]

use std::rc::Rc;

use signals_core::signal;

signal! {
    order_paid(order: Rc<u32>);
}

fn main() {}
