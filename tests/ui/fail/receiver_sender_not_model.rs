#![allow(unused)]

use signals_core::{Model, receiver, signal};

pub struct Shop;

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

#[receiver(saved, sender = Shop)]
fn book() {}

fn main() {}
