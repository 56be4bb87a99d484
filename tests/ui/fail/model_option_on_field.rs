//! 2 mistakes.

#![allow(unused)]

use signals_core::Model;

#[derive(Debug, Model)]
struct Session {
    #[model(pk)]
    token: u32,
}

#[derive(Debug, Model)]
struct Ticket(#[model(pk)] u32);

fn main() {}
