//! 5 mistakes.

#![allow(unused)]

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

#[receiver(order_paid, before = book)]
fn path(total: u64) {}

#[receiver(order_paid, after = [book, "count"])]
fn list(total: u64) {}

#[receiver(order_paid, after = [])]
fn empty_list(total: u64) {}

#[receiver(order_paid, before = "")]
fn empty(total: u64) {}

#[receiver(order_paid, before = ["a" "b"])]
fn comma(total: u64) {}

fn main() {}
