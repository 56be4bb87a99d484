#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
pub enum User {
    Known { id: u32 },
}

fn main() {}
