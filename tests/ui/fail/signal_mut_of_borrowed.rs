#![allow(unused)]

use signals_core::signal;

signal! {
    collecting(names: &mut Vec<&str>);
}

fn main() {}
