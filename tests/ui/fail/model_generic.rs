//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
pub struct User<T> {
    pub id: T,
}

#[derive(Debug, Model)]
pub struct Post<'a> {
    pub id: &'a str,
}

fn main() {}
