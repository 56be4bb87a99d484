#![allow(unused)]

use signals_core::{Model, receiver, signal};

#[derive(Debug, Clone, Model)]
struct Article {
    id: u64,
}

signal! {
    pre_save<M: Model>(sender: M, instance: &mut M);
}

#[receiver(pre_save, sender = Article, before_commit)]
fn fill_slug(instance: &mut Article) {}

fn main() {}
