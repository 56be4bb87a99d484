//! 5 mistakes.

#![allow(unused)]

use std::fmt::Debug;

use signals_core::signal;

signal! {
    name_asked() -> str;
    price_asked() -> dyn Debug;
    prices_asked() -> [u32];
    weight_asked() -> impl Debug;
    size_asked() -> _;
}

fn main() {}
