#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    moved<M: Model, N: Model>(sender: M, from: &M, to: &N);
}

fn main() {}
