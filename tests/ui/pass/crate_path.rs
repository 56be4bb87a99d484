//! A crate that knows signals-core through another one only.
#![deny(warnings)]

mod framework {
    pub mod signals {
        pub use signals_core::*;
    }
}

use framework::signals::{receiver, signal};

signal! {
    order_paid(sender, total: u64);
}

pub struct Shop;

#[receiver(
    order_paid,
    crate = framework::signals,
    sender = Shop,
    when = |total| total > 3,
    dispatch_uid = "book"
)]
#[receiver(order_paid, sender = [Shop, "till"], crate = crate::framework::signals)]
fn book(#[state] ledger: &String, total: u64) -> Result<(), String> {
    assert_eq!((ledger.as_str(), total), ("ledger", 5));
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    framework::signals::state::provide(String::from("ledger"))?;
    let sender = framework::signals::Sender::of::<Shop>();
    assert_eq!(order_paid.send(OrderPaid { sender, total: 5 })?.count(), 2);
    Ok(())
}
