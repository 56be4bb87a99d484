#![allow(unused)]

use std::borrow::Cow;

use signals_core::signal;

signal! {
    collecting(name: &mut Cow<'_, str>);
}

fn main() {}
