#![allow(unused)]

use signals_core::signal;

signal! {
    till_opened;
}

fn main() {}
