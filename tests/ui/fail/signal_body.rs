#![allow(unused)]

use signals_core::signal;

signal! {
    till_opened(till: u32) {}
}

fn main() {}
