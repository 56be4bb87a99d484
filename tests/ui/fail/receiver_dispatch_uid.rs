//! 4 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, dispatch_uid = "")]
fn empty(total: u64) {}

#[receiver(order_paid, dispatch_uid = 5)]
fn number(total: u64) {}

#[receiver(order_paid, dispatch_uid = "  ")]
fn blank(total: u64) {}

#[receiver(order_paid, dispatch_uid = book)]
fn path(total: u64) {}

fn main() {}
