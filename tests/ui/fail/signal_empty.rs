#![allow(unused)]

use signals_core::signal;

signal! {}

fn main() {}
