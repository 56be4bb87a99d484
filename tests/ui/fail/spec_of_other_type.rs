#![allow(unused)]

use signals_core::{Spec, signal};

pub struct Order;

fn listeners<S: Spec>() {}

fn main() {
    listeners::<Order>();
}
