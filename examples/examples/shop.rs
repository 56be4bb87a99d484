//! Order, senders, state: a shop whose departments do not know each other.
//!
//! Prints what each department does when an order is paid in the web shop and at the till.

use std::sync::Mutex;

use signals_core::{Sender, receiver, signal, state};

/// What was bought.
pub struct Order {
    id: u32,
    items: Vec<&'static str>,
}

struct WebShop;
struct Till;

signal! {
    /// Sent after an order has been paid.
    pub order_paid(sender, order: &Order, total: u64);
}

/// The warehouse's list, which the application provides.
struct PackingList(Mutex<Vec<String>>);

mod warehouse {
    use super::{Order, PackingList, WebShop, order_paid, receiver};

    // Only what was ordered online is sent by post.
    #[receiver(order_paid, sender = WebShop)]
    fn pack(order: &Order, #[state] list: &PackingList) {
        let mut list = list.0.lock().unwrap();
        list.extend(
            order
                .items
                .iter()
                .map(|item| format!("{}: {item}", order.id)),
        );
    }
}

mod book_keeping {
    use super::{order_paid, receiver};
    use signals_core::Sender;

    // Whatever else happens, the money is booked first.
    #[receiver(order_paid, priority = 10)]
    fn book(sender: Sender, total: u64) {
        println!("booked {total} from {sender}");
    }

    #[receiver(order_paid, when = |total: u64| total > 1_000, after = "book")]
    fn tell_the_boss(total: u64) {
        println!("a good one: {total}");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    state::provide(PackingList(Mutex::default()))?;
    for finding in signals_core::check() {
        eprintln!("{finding}");
    }

    let order = Order {
        id: 1,
        items: vec!["kettle", "tea"],
    };
    order_paid.send(OrderPaid {
        sender: Sender::of::<WebShop>(),
        order: &order,
        total: 4_200,
    })?;
    order_paid.send(OrderPaid {
        sender: Sender::of::<Till>(),
        order: &Order {
            id: 2,
            items: vec!["biscuits"],
        },
        total: 300,
    })?;

    let list = state::get::<PackingList>().ok_or("no list")?;
    assert_eq!(*list.0.lock().unwrap(), ["1: kettle", "1: tea"]);
    for receiver in order_paid.receivers() {
        println!("listens: {receiver}");
    }
    Ok(())
}
