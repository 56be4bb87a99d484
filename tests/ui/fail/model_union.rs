#![allow(unused)]

use signals_core::Model;

#[derive(Model)]
pub union User {
    id: u32,
}

fn main() {}
