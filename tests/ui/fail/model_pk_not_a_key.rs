#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User {
    pub id: f64,
}

fn main() {}
