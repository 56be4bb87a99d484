//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(pk = nunber)]
pub struct User {
    pub number: u32,
}

#[derive(Debug, Model)]
#[model(pk = 1)]
pub struct Post(pub u32);

fn main() {}
