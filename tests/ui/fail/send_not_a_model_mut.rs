#![allow(unused)]

use signals_core::{Model, signal};

pub struct Shop;

signal! {
    before_save<M: Model>(sender: M, instance: &mut M::Draft);
}

fn main() {
    let _ = before_save.send(BeforeSave { instance: &mut Shop });
}
