//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(sender: User, instance: &M);
    removed<M: Model>(sender: &M, instance: &M);
}

fn main() {}
