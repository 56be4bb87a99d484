//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(label = "")]
pub struct User {
    pub id: u32,
}

#[derive(Debug, Model)]
#[model(label = User)]
pub struct Post {
    pub id: u32,
}

fn main() {}
