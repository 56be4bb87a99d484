#![allow(unused)]

use signals_core::{Model, signal};

pub struct Shop;

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

fn main() {
    let _connection = saved.on().sender::<Shop>().connect(|_| ());
}
