#![allow(unused)]

use signals_core::Model;

#[derive(Model)]
pub struct User {
    pub id: u32,
}

fn main() {}
