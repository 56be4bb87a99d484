#![allow(unused)]

use std::rc::Rc;

use signals_core::{receiver, signal};

signal! {
    order_paid(total: u64);
}

async fn wait() {}

#[receiver(order_paid, on_commit)]
async fn book(total: u64) {
    let rc = Rc::new(total);
    wait().await;
    drop(rc);
}

fn main() {}
