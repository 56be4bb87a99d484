#![allow(unused)]

use signals_core::signal;

signal! {
    user_renamed(name: str);
}

fn main() {}
