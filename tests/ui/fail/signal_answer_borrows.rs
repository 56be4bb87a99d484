//! 4 mistakes.

#![allow(unused)]

use std::borrow::Cow;

use signals_core::signal;

signal! {
    name_asked() -> &str;
    names_asked() -> Vec<&str>;
    text_asked() -> Cow<'_, str>;
    list_asked() -> Option<Box<&'a u32>>;
}

fn main() {}
