#![allow(unused)]

use signals_core::signal;

struct Registry<'r>(fn(&'r str) -> &'r str);

signal! {
    filled(registry: &Registry<'_>, by: &str);
}

fn main() {}
