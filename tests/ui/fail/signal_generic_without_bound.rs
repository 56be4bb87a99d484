#![allow(unused)]

use signals_core::signal;

signal! {
    saved<M>(sender: M, instance: &M);
}

fn main() {}
