#![allow(unused)]

use signals_core::{Model, Sender, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
}

fn main() {
    let user = User { id: 1 };
    let _ = saved.send(Saved { sender: Sender::of::<User>(), instance: &user });
}
