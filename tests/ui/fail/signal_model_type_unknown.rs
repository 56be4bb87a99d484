#![allow(unused)]

use signals_core::{Model, signal};

signal! {
    saved<M: Model>(sender: M, instance: &M::Instanc);
}

fn main() {}
