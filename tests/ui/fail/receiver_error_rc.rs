#![allow(unused)]

use std::rc::Rc;

use signals_core::{receiver, signal};

#[derive(Debug)]
pub struct Full(Rc<u32>);

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "full")
    }
}

impl std::error::Error for Full {}

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn book(total: u64) -> Result<(), Full> {
    Ok(())
}

fn main() {}
