//! 2 errors: an `Rc` is neither `Send` nor `Sync`, and rustc says both.

#![allow(unused)]

use std::rc::Rc;

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
    pub name: Rc<str>,
}

fn main() {}
