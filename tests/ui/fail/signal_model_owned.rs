//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(sender: M, instance: M);
    removed<M: Model>(sender: M, instance: Option<M>);
}

fn main() {}
