#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User {
    pub id: Option<f64>,
}

fn main() {}
