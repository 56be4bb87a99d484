//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(sender: M, instance: &Vec<M::Instance>);
    removed<M: Model>(sender: M, instance: &mut Option<M>);
}

fn main() {}
