//! A module that registers receivers and sends to them. `check.mjs` calls what it exports.

use std::sync::atomic::{AtomicU32, Ordering};

use signals_builtin as _;
use signals_core::{Model, catalog, receiver, signal};

#[derive(Debug, Model)]
struct Order {
    id: u32,
}

signal! {
    /// Sent after an order has been paid.
    order_paid<M: Model>(sender: M, order: &M, total: u32);

    /// Asks for prices.
    price_asked(weight: u32) -> u32;
}

static BOOKED: AtomicU32 = AtomicU32::new(0);

#[receiver(order_paid, sender = Order)]
fn book(order: &Order, total: u32) {
    BOOKED.fetch_add(order.id + total, Ordering::Relaxed);
}

#[receiver(order_paid, sender = Order, on_commit)]
fn ship(total: u32) {
    BOOKED.fetch_add(total, Ordering::Relaxed);
}

#[receiver(price_asked)]
fn courier(weight: u32) -> u32 {
    weight + 10
}

#[receiver(price_asked, before = "courier")]
fn post(weight: u32) -> u32 {
    weight * 3
}

/// Sends, and returns what has been booked so far; 0 if the send fails.
#[unsafe(no_mangle)]
pub extern "C" fn pay(id: u32, total: u32) -> u32 {
    let order = Order { id };
    match order_paid.send(OrderPaid {
        order: &order,
        total,
    }) {
        Ok(_) => BOOKED.load(Ordering::Relaxed),
        Err(_) => 0,
    }
}

/// The answers in the order in which they came, as digits of a hundred.
#[unsafe(no_mangle)]
pub extern "C" fn prices(weight: u32) -> u32 {
    let Ok(prices) = price_asked.send(PriceAsked { weight }) else {
        return 0;
    };
    prices
        .into_answers()
        .fold(0, |all, price| all * 100 + price)
}

/// How many of this crate's signals the catalogue has, and their receivers.
#[unsafe(no_mangle)]
pub extern "C" fn listed() -> u32 {
    let own = catalog();
    let own: Vec<_> = own
        .signals()
        .iter()
        .filter(|signal| signal.info().path.starts_with("wasm::"))
        .collect();
    let receivers: usize = own.iter().map(|signal| signal.receivers().len()).sum();
    u32::try_from(own.len() * 100 + receivers).unwrap_or(0)
}
