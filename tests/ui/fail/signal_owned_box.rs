#![allow(unused)]

use signals_core::signal;

trait Plugin {}

signal! {
    plugin_loaded(plugin: Box<dyn Plugin>);
}

fn main() {}
