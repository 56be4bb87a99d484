#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    till_opened();
}

#[receiver(till_opened)]
fn log(till: u32) {}

fn main() {}
