#![allow(unused)]

use signals_core::signal;

signal! {
    saved<const N: usize>(ids: &[u64; N]);
}

fn main() {}
