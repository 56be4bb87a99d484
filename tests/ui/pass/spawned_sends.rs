//! The futures of sends can go to other threads.
#![deny(warnings)]

use signals_core::{Model, Sender, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    pub order_paid(sender, order: &str, note: &dyn std::fmt::Debug, total: u64);
    pub before_payment(order: &str, total: &mut u64);
    pub saved<M: Model>(sender: M, instance: &M);
    pub price_asked(weight: u32) -> Box<dyn Fn() -> u32 + Send>;
}

#[receiver(order_paid)]
async fn archive(order: &str, note: &(dyn std::fmt::Debug + Send + Sync)) -> anyhow::Result<()> {
    tokio::task::yield_now().await;
    anyhow::ensure!(order == "a", "{note:?}");
    Ok(())
}

#[receiver(before_payment)]
async fn raise(total: &mut u64) {
    tokio::task::yield_now().await;
    *total += 1;
}

#[receiver(saved, sender = User)]
async fn greet(instance: &User, sender: Sender) {
    tokio::task::yield_now().await;
    assert_eq!(instance.id, 1);
    assert!(sender.is::<User>());
}

#[receiver(price_asked)]
async fn price(weight: u32) -> Box<dyn Fn() -> u32 + Send> {
    tokio::task::yield_now().await;
    Box::new(move || weight)
}

async fn sends(order: String) -> anyhow::Result<u64> {
    let paid = || OrderPaid {
        sender: Sender::none(),
        order: &order,
        note: &5,
        total: 5,
    };
    order_paid.send_async(paid()).await?;
    assert!(order_paid.send_robust_async(paid()).await.is_ok());
    order_paid.concurrent().send_async(paid()).await?;
    assert!(
        order_paid
            .concurrent()
            .send_robust_async(paid())
            .await
            .is_ok()
    );
    let mut total = 5;
    before_payment
        .send_async(BeforePayment {
            order: &order,
            total: &mut total,
        })
        .await?;
    assert!(
        before_payment
            .send_robust_async(BeforePayment {
                order: &order,
                total: &mut total
            })
            .await
            .is_ok()
    );
    let user = User { id: 1 };
    saved.send_async(Saved { instance: &user }).await?;
    let prices = price_asked.send_async(PriceAsked { weight: 3 }).await?;
    assert_eq!((prices[0].answer)(), 3);
    drop(prices);
    tokio::task::yield_now().await;
    Ok(total)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let first = tokio::spawn(sends("a".to_owned()));
    let second = tokio::spawn(async { sends("b".to_owned()).await });
    assert_eq!(first.await??, 7);
    assert!(second.await?.is_err());
    Ok(())
}
