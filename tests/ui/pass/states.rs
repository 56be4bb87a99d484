//! What the application hands to receivers, and what it may not hand to them.

use signals_core::{receiver, scoped_states, signal};

pub struct Db;
pub struct Cache<T>(T);

scoped_states![Db, Cache<u8>];

signal! {
    pub order_paid(total: u64);
}

#[receiver(order_paid)]
fn needs(#[state] db: &Db) {
    let _: &Db = db;
}

#[receiver(order_paid)]
fn may_have(#[state] db: Option<&Db>, total: u64) {
    let _: (Option<&Db>, u64) = (db, total);
}

#[receiver(order_paid)]
async fn may_have_several(
    #[state] db: ::core::option::Option<&Db>,
    #[state] cache: Option<&Cache<Vec<u8>>>,
) {
    std::future::ready(()).await;
    let _ = (db.is_some(), cache.map(|it| it.0.len()));
}

#[receiver(order_paid, on_commit)]
fn may_have_after_the_commit(total: u64, #[state] db: Option<&Db>) {
    let _ = (total, db.is_some());
}

fn main() {
    order_paid.send(OrderPaid { total: 7 }).unwrap_err();
}
