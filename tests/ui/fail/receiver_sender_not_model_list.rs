#![allow(unused)]

use signals_core::{Model, receiver, signal};

pub struct Shop;

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

#[receiver(saved, sender = [User, Shop])]
fn book() {}

fn main() {}
