//! 3 mistakes.

#![allow(unused)]

use signals_core::signal;

signal! {
    _1(total: u64);
    __(total: u64);
    self_(total: u64);
}

fn main() {}
