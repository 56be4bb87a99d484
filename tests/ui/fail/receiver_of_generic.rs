#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

#[receiver(saved<User>)]
fn book(instance: &User) {}

fn main() {}
