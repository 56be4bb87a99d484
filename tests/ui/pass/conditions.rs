//! Conditions of every shape. Each registration has a key of its own; with the same one, only the
//! first would be called.
#![deny(warnings)]

use signals_core::{AnyModel, Model, Sender, receiver, signal};

#[derive(Debug, Model)]
pub struct User {
    pub id: u32,
    pub name: String,
}

pub struct Shop;

const LIMIT: u64 = 5;

signal! {
    pub order_paid(sender, order: &str, total: u64);
    pub before_payment(order: &str, total: &mut u64);
    pub saved<M: Model>(sender: M, instance: &M, created: bool);
}

mod conditions {
    pub fn is_large(paid: &super::OrderPaid<'_>) -> bool {
        paid.total > super::LIMIT
    }

    pub fn is_at_least<const N: u64>(paid: &super::OrderPaid<'_>) -> bool {
        paid.total >= N
    }
}

struct Rules;

impl Rules {
    fn always(_: &OrderPaid<'_>) -> bool {
        true
    }
}

#[receiver(order_paid, when = |total: u64| total > LIMIT, dispatch_uid = "1")]
#[receiver(order_paid, when = |total| { let limit = LIMIT; total > limit }, dispatch_uid = "2")]
#[receiver(order_paid, when = |_total| true, dispatch_uid = "3")]
#[receiver(order_paid, when = || true, dispatch_uid = "4")]
#[receiver(order_paid, when = move |order: &str, total| order == "a" && total == 6, dispatch_uid = "5")]
#[receiver(order_paid, when = |sender: Sender| sender.is::<Shop>(), dispatch_uid = "6")]
#[receiver(order_paid, when = |event| event.total == 6, dispatch_uid = "7")]
#[receiver(order_paid, when = |event: &OrderPaid<'_>, signal| event.order == "a" && signal.args().len() == 3, dispatch_uid = "8")]
#[receiver(order_paid, when = conditions::is_large, dispatch_uid = "9")]
#[receiver(order_paid, when = conditions::is_at_least::<6>, dispatch_uid = "10")]
#[receiver(order_paid, when = Rules::always, dispatch_uid = "11")]
#[receiver(order_paid, sender = Shop, when = |total| total != 0, dispatch_uid = "12")]
#[receiver(order_paid, when = |mut total: u64| { total += 1; total == 7 }, dispatch_uid = "13")]
fn yes() {}

#[receiver(order_paid, when = |total| total < LIMIT, dispatch_uid = "14")]
#[receiver(order_paid, when = |order| order.is_empty(), dispatch_uid = "15")]
fn no() {
    unreachable!();
}

// An argument that may be changed is looked at.
#[receiver(before_payment, when = |total: &u64, order| *total > 5 && order == "a", dispatch_uid = "16")]
#[receiver(before_payment, when = |total| *total > 5, dispatch_uid = "17")]
async fn raise(total: &mut u64) {
    *total += 1;
}

#[receiver(saved, sender = User, when = |instance: &User, created| created && instance.name == "ada", dispatch_uid = "18")]
#[receiver(saved, sender = User, when = |instance| instance.id == 1, dispatch_uid = "19")]
#[receiver(saved, when = |instance: &dyn AnyModel| instance.is::<User>(), dispatch_uid = "20")]
fn greet() {}

fn main() -> Result<(), signals_core::SendError> {
    let sender = Sender::of::<Shop>();
    assert_eq!(
        order_paid
            .send(OrderPaid {
                sender,
                order: "a",
                total: 6
            })?
            .count(),
        13
    );
    let mut total = 6;
    before_payment.send(BeforePayment {
        order: "a",
        total: &mut total,
    })?;
    assert_eq!(total, 8);
    let user = User {
        id: 1,
        name: "ada".to_owned(),
    };
    assert_eq!(
        saved
            .send(Saved {
                instance: &user,
                created: true
            })?
            .count(),
        3
    );
    Ok(())
}
