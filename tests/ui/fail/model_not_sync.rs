#![allow(unused)]

use std::cell::Cell;

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
    pub name: Cell<u32>,
}

fn main() {}
