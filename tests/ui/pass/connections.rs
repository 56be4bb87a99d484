//! Everything that can be connected at run time and is called at once.
#![deny(warnings)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use signals_core::{BoxError, Sender, signal};

signal! {
    pub order_paid(sender, order: &str, total: u64);
    pub before_payment(total: &mut u64);
    pub price_asked(weight: u32) -> u32;
}

static CALLS: AtomicU64 = AtomicU64::new(0);

fn called() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

fn function(paid: &OrderPaid<'_>) {
    assert_eq!(paid.order, "a");
    called();
}

fn with_anyhow(paid: &OrderPaid<'_>) -> anyhow::Result<()> {
    anyhow::ensure!(paid.total == 5);
    called();
    Ok(())
}

#[derive(Default)]
struct Ledger {
    rows: Mutex<Vec<u64>>,
}

impl Ledger {
    fn book(&self, paid: &OrderPaid<'_>) {
        self.rows.lock().unwrap().push(paid.total);
    }

    fn try_book(&self, paid: &OrderPaid<'_>) -> Result<(), BoxError> {
        self.book(paid);
        Ok(())
    }
}

struct Shop;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let captured = String::from("a");
    let closure = |_: &OrderPaid<'_>| called();
    let ledger = Arc::new(Ledger::default());
    let connections = [
        order_paid.connect(|paid: &OrderPaid<'_>| assert_eq!(paid.total, 5)),
        order_paid.connect(|paid| assert_eq!(paid.order, "a")),
        order_paid.connect(move |paid| assert_eq!(paid.order, captured)),
        order_paid.connect(|_| called()),
        order_paid.connect(closure),
        order_paid.connect(function),
        order_paid.connect(with_anyhow),
        order_paid.connect(|paid| -> Result<(), BoxError> {
            assert_eq!(paid.total, 5);
            Ok(())
        }),
        order_paid.connect(|paid| anyhow::Ok(assert_eq!(paid.total, 5))),
        order_paid.connect({
            let ledger = Arc::clone(&ledger);
            move |paid| ledger.book(paid)
        }),
        order_paid
            .on()
            .sender::<Shop>()
            .dispatch_uid("shop")
            .priority(5)
            .connect(function)?,
        order_paid
            .on()
            .sender_named("till")
            .before("shop")
            .connect(|paid| assert!(paid.total > 9))?,
        order_paid
            .on()
            .sender_is(Sender::none())
            .after("shop")
            .connect(|_| ())?,
    ];
    order_paid.connect_weak(&ledger, Ledger::book);
    order_paid.connect_weak(&ledger, Ledger::try_book);
    order_paid.connect_weak(&ledger, |ledger, paid| ledger.book(paid));
    order_paid.connect_weak(&ledger, |ledger: &Ledger, paid: &OrderPaid<'_>| {
        ledger.book(paid)
    });
    order_paid
        .on()
        .sender::<Shop>()
        .connect_weak(&ledger, |_, _| called())?;
    order_paid.connect(function).detach();

    let sender = Sender::of::<Shop>();
    let delivered = order_paid.send(OrderPaid {
        sender,
        order: "a",
        total: 5,
    })?;
    assert_eq!(delivered.count(), 18);
    assert_eq!(*ledger.rows.lock().unwrap(), [5; 5]);
    assert_eq!(CALLS.load(Ordering::Relaxed), 7);
    drop((connections, ledger));
    assert_eq!(order_paid.receivers().len(), 1);

    let changing = [
        before_payment.connect_mut(|payment| *payment.total += 1),
        before_payment.connect_mut(|payment: &mut BeforePayment<'_>| *payment.total += 1),
        before_payment
            .on()
            .priority(-1)
            .connect_mut(|payment| *payment.total *= 2)?,
        before_payment.connect(|payment| assert!(*payment.total >= 5)),
    ];
    let mut total = 5;
    before_payment.send(BeforePayment { total: &mut total })?;
    assert_eq!(total, 14);
    drop(changing);

    let asking = [
        price_asked.connect(|asked| asked.weight * 2),
        price_asked.connect(|asked| anyhow::Ok(asked.weight)),
    ];
    let prices = price_asked.send(PriceAsked { weight: 4 })?;
    assert_eq!(prices.into_answers().collect::<Vec<_>>(), [8, 4]);
    drop(asking);
    Ok(())
}
