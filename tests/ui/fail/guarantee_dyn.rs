//! 2 mistakes.

#![allow(unused)]

use signals_core::{AnyModel, Model, receiver, signal};

signal! {
    post_save<M: Model>(sender: M, instance: &M, origin: Option<&M>);
}

#[receiver(post_save, on_commit)]
fn index(instance: &dyn AnyModel) {}

#[receiver(post_save, on_commit)]
fn note(origin: Option<&dyn AnyModel>) {}

fn main() {}
