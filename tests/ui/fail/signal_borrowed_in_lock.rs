//! 4 mistakes.

#![allow(unused)]

use std::borrow::Cow;
use std::sync::{Mutex, RwLock};

use signals_core::signal;

trait Form<'f>: Sync {}

signal! {
    batch(rows: &Mutex<Vec<&str>>, names: &RwLock<Cow<'_, str>>);
    shown(form: &dyn Form<'_>);
    listed(rows: &dyn Iterator<Item = &u8>);
}

fn main() {}
