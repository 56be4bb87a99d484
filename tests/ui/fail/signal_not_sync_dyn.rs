//! 2 mistakes.

#![allow(unused)]

use std::sync::Arc;

use signals_core::signal;

trait Mailer {}

signal! {
    started(mailer: &Arc<dyn Mailer>);
    checked(checks: &mut Vec<Box<dyn Mailer>>);
}

fn main() {}
