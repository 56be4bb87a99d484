//! 3 mistakes.

#![allow(unused)]

use std::borrow::Cow;

use signals_core::signal;

pub struct Line<'a>(pub &'a str);

signal! {
    order_paid(line: &Line);
    order_sent(line: Line);
    order_lost(line: &Cow<str>);
}

fn main() {}
