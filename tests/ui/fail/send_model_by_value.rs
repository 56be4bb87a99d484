#![allow(unused)]

use signals_core::{Model, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

fn main() {
    let _ = saved.send(Saved { instance: User { id: 1 } });
}
