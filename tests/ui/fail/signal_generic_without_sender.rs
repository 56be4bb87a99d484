//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(instance: &M);
    removed<M: Model>();
}

fn main() {}
