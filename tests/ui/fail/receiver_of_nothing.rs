//! 2 mistakes.

#![allow(unused)]

use signals_core::receiver;

#[receiver]
fn book(total: u64) {}

#[receiver()]
fn count(total: u64) {}

fn main() {}
