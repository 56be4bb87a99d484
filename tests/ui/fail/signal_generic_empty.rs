#![allow(unused)]

use signals_core::signal;

signal! {
    saved<>(total: u64);
}

fn main() {}
