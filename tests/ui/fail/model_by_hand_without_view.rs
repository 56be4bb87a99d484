//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug)]
pub struct User {
    pub id: u32,
}

impl Model for User {
    const LABEL: &'static str = "shop.User";
    type Instance = Self;
    type Draft = Self;
}

fn main() {}
