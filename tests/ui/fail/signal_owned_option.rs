#![allow(unused)]

use signals_core::signal;

signal! {
    user_renamed(before: Option<String>);
}

fn main() {}
