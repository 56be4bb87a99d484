//! 3 errors: an answer has to be `Send` in itself and in the two kinds of responses.

#![allow(unused)]

use std::rc::Rc;

use signals_core::signal;

signal! {
    price_asked() -> Rc<u32>;
}

fn main() {}
