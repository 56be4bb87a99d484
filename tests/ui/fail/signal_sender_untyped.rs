#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(sender, instance: &M);
}

fn main() {}
