#![allow(unused)]

use std::rc::Rc;

use signals_core::signal;

signal! {
    order_paid(total: u64);
}

async fn wait() {}

async fn archive(paid: &OrderPaid) {
    let shared = Rc::new(5);
    wait().await;
    drop(shared);
}

fn main() {
    let _connection = order_paid.connect_async(archive);
}
