//! 2 mistakes.

#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

#[derive(Debug, Model)]
pub struct Post {
    pub id: u32,
}

signal! {
    saved<M: Model>(sender: M, instance: &M);
    before_save<M: Model>(sender: M, instance: &mut M::Draft);
}

#[receiver(saved, sender = User)]
fn book(instance: &Post) {}

#[receiver(before_save, sender = User)]
fn change(instance: &mut Post) {}

fn main() {}
