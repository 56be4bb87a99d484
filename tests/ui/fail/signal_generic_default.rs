#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model = User>(sender: M, instance: &M);
}

fn main() {}
