//! 3 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(label = "", table = "x", pk = id)]
pub struct User<T> {
    pub id: T,
}

fn main() {}
