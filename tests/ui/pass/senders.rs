//! Open senders: types, sized or not, generic or not; names, labels, lists.
#![deny(warnings)]

use signals_core::{Sender, SenderId, receiver, signal};

pub struct WebShop;
pub struct Till<T>(std::marker::PhantomData<T>);
pub trait Shop {}

signal! {
    pub order_paid(sender, total: u64);
}

#[receiver(order_paid, sender = WebShop)]
#[receiver(order_paid, sender = crate::Till<Vec<u32>>)]
#[receiver(order_paid, sender = dyn Shop)]
#[receiver(order_paid, sender = str)]
#[receiver(order_paid, sender = (u8, [u16; 2]))]
#[receiver(order_paid, sender = "till 7")]
fn one(total: u64) {
    assert_eq!(total, 5);
}

#[receiver(order_paid, sender = [WebShop, Till<u32>, "till 7"], dispatch_uid = "several")]
fn several(sender: Sender) {
    assert!(!sender.is_none());
}

fn main() -> Result<(), signals_core::SendError> {
    let id = SenderId::new();
    for (sender, count) in [
        (Sender::of::<WebShop>(), 2),
        (Sender::of::<Till<Vec<u32>>>(), 1),
        (Sender::of::<Till<u32>>(), 1),
        (Sender::of::<dyn Shop>(), 1),
        (Sender::of::<str>(), 1),
        (Sender::of::<(u8, [u16; 2])>(), 1),
        (Sender::named("till 7"), 2),
        (Sender::instance(&id), 0),
        (Sender::none(), 0),
    ] {
        assert_eq!(
            order_paid.send(OrderPaid { sender, total: 5 })?.count(),
            count,
            "{sender}"
        );
    }
    Ok(())
}
