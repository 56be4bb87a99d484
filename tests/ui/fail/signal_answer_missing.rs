#![allow(unused)]

use signals_core::signal;

signal! {
    price_asked() -> ;
}

fn main() {}
