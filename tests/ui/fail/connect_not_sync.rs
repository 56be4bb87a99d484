//! 2 errors: an `Rc` is neither `Send` nor `Sync`, and rustc says both.

#![allow(unused)]

use std::cell::Cell;
use std::rc::Rc;

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

fn main() {
    let sum = Rc::new(Cell::new(0));
    let _connection = order_paid.connect(move |paid| sum.set(paid.total));
}
