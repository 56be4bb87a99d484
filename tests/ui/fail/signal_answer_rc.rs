//! 2 mistakes.

#![allow(unused)]

use std::rc;
use std::rc::Rc;

use signals_core::signal;

signal! {
    price_asked() -> Rc<u32>;
    prices_asked() -> Vec<(u32, Option<rc::Rc<str>>)>;
}

fn main() {}
