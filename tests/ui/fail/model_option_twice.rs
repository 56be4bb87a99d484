//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
#[model(label = "shop.User", label = "shop.Customer")]
pub struct User {
    pub id: u32,
}

#[derive(Debug, Model)]
#[model(pk = id)]
#[model(pk = id)]
pub struct Post {
    pub id: u32,
}

fn main() {}
