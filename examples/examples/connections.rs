//! Listening for a while, and with values of one's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use signals_core::signal;

signal! {
    /// Sent after an order has been paid.
    pub order_paid(total: u64);
}

#[derive(Default)]
struct Ledger(Mutex<Vec<u64>>);

impl Ledger {
    fn book(&self, paid: &OrderPaid) {
        self.0.lock().unwrap().push(paid.total);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Until the connection is dropped.
    let sum = Arc::new(AtomicU64::new(0));
    let adding = order_paid.connect({
        let sum = Arc::clone(&sum);
        move |paid| {
            sum.fetch_add(paid.total, Ordering::Relaxed);
        }
    });

    // As long as its owner lives.
    let ledger = Arc::new(Ledger::default());
    order_paid.connect_weak(&ledger, Ledger::book);

    // By a name, once.
    let printer = || order_paid.on().dispatch_uid("printer");
    printer()
        .connect(|paid| println!("paid: {}", paid.total))?
        .detach();
    let again = printer().connect(|paid| println!("PAID: {}", paid.total));
    println!("{}", again.unwrap_err());

    order_paid.send(OrderPaid { total: 5 })?;
    drop(adding);
    order_paid.send(OrderPaid { total: 7 })?;
    assert_eq!(sum.load(Ordering::Relaxed), 5);
    assert_eq!(*ledger.0.lock().unwrap(), [5, 7]);

    drop(ledger);
    assert!(order_paid.disconnect("printer"));
    assert!(order_paid.receivers().is_empty());
    Ok(())
}
