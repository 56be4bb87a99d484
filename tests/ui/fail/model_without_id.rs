//! 3 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User {
    pub name: String,
}

#[derive(Debug, Model)]
pub struct Post(pub u32);

#[derive(Debug, Model)]
pub struct Shop;

fn main() {}
