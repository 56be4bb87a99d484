#![allow(unused)]

use signals_core::{Model, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    logged_out<U: Model>(sender: U, user: Option<&U>);
}

fn main() {
    let user: Option<&User> = None;
    let _ = logged_out.send(LoggedOut { user });
}
