#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[diagnostic::on_unimplemented(message = "`{Self}` has no account")]
pub trait Account: Model {}

#[derive(Debug, Model)]
pub struct Order {
    pub id: u32,
}

signal! {
    signed_up<U: Account>(sender: U, user: &U);
}

#[receiver(signed_up, sender = Order)]
fn book(user: &Order) {}

fn main() {}
