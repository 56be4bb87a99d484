#![allow(unused)]

use signals_core::{Model, signal};

pub struct Shop;

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

fn main() {
    let _ = saved.send(Saved { instance: &Shop });
}
