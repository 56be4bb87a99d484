//! 6 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid)]
fn numbered(_1: u64) {}

#[receiver(order_paid)]
fn begins_with_number(_2fa: u64) {}

#[receiver(order_paid)]
fn not_raw(_self: u64, _crate: u64) {}

#[receiver(order_paid, when = |_1: u64| true)]
fn condition() {}

#[receiver(order_paid, when = |__| true)]
fn nothing() {}

fn main() {}
