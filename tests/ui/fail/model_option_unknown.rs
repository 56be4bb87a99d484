#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(table = "users")]
pub struct User {
    pub id: u32,
}

fn main() {}
