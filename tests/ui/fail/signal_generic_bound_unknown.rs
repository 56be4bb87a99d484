#![allow(unused)]

use signals_core::signal;

signal! {
    saved<M: Modl>(sender: M, instance: &M, before: Option<&M>);
}

fn main() {}
