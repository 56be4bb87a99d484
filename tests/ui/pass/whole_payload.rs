//! The payload as a whole: looked at, beside other arguments, and to be changed.
#![deny(warnings)]

use signals_core::{Model, Sender, SignalInfo, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
}

signal! {
    pub tick();
    pub order_paid(sender, order: &str, total: u64);
    pub before_payment(order: &str, total: &mut u64);
    pub before_save<M: Model>(sender: M, instance: &mut M, using: &str);
}

#[receiver(tick)]
fn nothing(event: &Tick) {
    let _ = event;
}

#[receiver(order_paid)]
fn beside(event: &OrderPaid<'_>, order: &str, sender: Sender, signal: &SignalInfo) {
    assert_eq!((event.order, event.sender), (order, sender));
    assert!(signal.name().ends_with("order_paid"));
}

#[receiver(before_payment)]
fn look(event: &BeforePayment<'_>, order: &str) {
    assert_eq!(event.order, order);
}

#[receiver(before_payment)]
fn change(event: &mut BeforePayment<'_>) {
    *event.total += 1;
    event.order = "changed";
}

#[receiver(before_payment)]
async fn change_later(_event: &mut BeforePayment<'_>, signal: &SignalInfo) {
    let _ = signal;
}

#[receiver(before_save, sender = User)]
fn of_one_sender(event: &mut BeforeSave<'_>) {
    assert_eq!(event.instance.label(), User::LABEL);
}

fn main() -> Result<(), signals_core::SendError> {
    tick.send(Tick)?;
    order_paid.send(OrderPaid {
        sender: Sender::none(),
        order: "a",
        total: 5,
    })?;
    let mut total = 5;
    before_payment.send(BeforePayment {
        order: "a",
        total: &mut total,
    })?;
    assert_eq!(total, 6);
    before_save.send(BeforeSave {
        instance: &mut User { id: 1 },
        using: "db",
    })?;
    Ok(())
}
