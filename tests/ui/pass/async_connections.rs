//! Everything that can be connected at run time and is awaited.
#![deny(warnings)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signals_core::{BoxFuture, signal};

signal! {
    pub order_paid(order: &str, total: u64);
    pub price_asked(weight: u32) -> u32;
}

static CALLS: AtomicU64 = AtomicU64::new(0);

async fn function(paid: &OrderPaid<'_>) {
    tokio::task::yield_now().await;
    assert_eq!(paid.order, "a");
    CALLS.fetch_add(1, Ordering::Relaxed);
}

async fn fallible(paid: &OrderPaid<'_>) -> anyhow::Result<()> {
    anyhow::ensure!(paid.total == 5);
    CALLS.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn boxed<'p>(paid: &'p OrderPaid<'_>) -> BoxFuture<'p, ()> {
    Box::pin(function(paid))
}

struct Ledger(AtomicU64);

impl Ledger {
    async fn book(self: Arc<Self>, paid: &OrderPaid<'_>) {
        self.0.fetch_add(paid.total, Ordering::Relaxed);
    }
}

async fn book(ledger: Arc<Ledger>, paid: &OrderPaid<'_>) -> Result<(), std::fmt::Error> {
    ledger.0.fetch_add(paid.total, Ordering::Relaxed);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let currency = String::from("EUR");
    let ledger = Arc::new(Ledger(AtomicU64::new(0)));
    let connections = [
        order_paid.connect_async(function),
        order_paid.connect_async(fallible),
        order_paid.connect_async(async |paid: &OrderPaid<'_>| function(paid).await),
        order_paid.connect_async(async |paid| function(paid).await),
        order_paid.connect_async(|paid: &OrderPaid<'_>| {
            let total = paid.total;
            async move { assert_eq!(total, 5) }
        }),
        order_paid.connect_boxed(move |paid| {
            let line = format!("{} {currency}", paid.total);
            Box::pin(async move { assert_eq!(line, "5 EUR") })
        }),
        order_paid.connect_boxed(|paid| Box::pin(fallible(paid))),
        order_paid.connect_boxed(boxed),
        order_paid.on().dispatch_uid("boxed").connect_boxed(boxed)?,
        order_paid
            .on()
            .dispatch_uid("async")
            .connect_async(function)?,
    ];
    order_paid.connect_async_weak(&ledger, Ledger::book);
    order_paid.connect_async_weak(&ledger, book);
    order_paid.connect_async_weak(
        &ledger,
        async |ledger: Arc<Ledger>, paid: &OrderPaid<'_>| {
            ledger.book(paid).await;
        },
    );
    order_paid.connect_async_weak(&ledger, async |ledger, paid| {
        ledger.book(paid).await;
    });
    order_paid
        .on()
        .dispatch_uid("weak")
        .connect_async_weak(&ledger, book)?;

    let delivered = order_paid
        .send_async(OrderPaid {
            order: "a",
            total: 5,
        })
        .await?;
    assert_eq!(delivered.count(), 15);
    let delivered = order_paid
        .concurrent()
        .send_async(OrderPaid {
            order: "a",
            total: 5,
        })
        .await?;
    assert_eq!(delivered.count(), 15);
    assert_eq!(ledger.0.load(Ordering::Relaxed), 50);
    assert_eq!(CALLS.load(Ordering::Relaxed), 16);
    drop((connections, ledger));
    assert!(order_paid.receivers().is_empty());

    let _asking = price_asked.connect_async(async |asked| asked.weight * 2);
    let prices = price_asked.send_async(PriceAsked { weight: 4 }).await?;
    assert_eq!(prices.into_answers().collect::<Vec<_>>(), [8]);
    Ok(())
}
