#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    logged_out<U: Model>(sender: U, user: Option<&U>);
}

#[receiver(logged_out, sender = User)]
fn book(user: &User) {}

fn main() {}
