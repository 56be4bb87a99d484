//! 3 errors: an answer has to be `Send` in itself and in the two kinds of responses.

#![allow(unused)]

use std::rc::Rc;

use signals_core::signal;

/// Holds something that no other thread may have.
struct Price {
    notes: Rc<str>,
}

signal! {
    price_asked() -> Option<Price>;
}

fn main() {}
