#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

#[derive(Debug, Model)]
pub struct Post {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

#[receiver(saved, sender = [User, Post])]
fn book(instance: &User) {}

fn main() {}
