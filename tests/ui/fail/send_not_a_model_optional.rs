#![allow(unused)]

use signals_core::{Model, signal};

pub struct Shop;

signal! {
    logged_out<U: Model>(sender: U, user: Option<&U>);
}

fn main() {
    let _ = logged_out.send(LoggedOut { user: Some(&Shop) });
}
