//! 3 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(pk)]
pub struct User {
    pub id: u32,
}

#[derive(Debug, Model)]
#[model]
pub struct Post {
    pub id: u32,
}

#[derive(Debug, Model)]
#[model(pk = "number")]
pub struct Shop {
    pub id: u32,
}

fn main() {}
