//! Signals, receivers and the types between them inside of functions and blocks.
#![deny(warnings)]

use signals_core::{Model, SendError, receiver, signal};

fn counted() -> Result<usize, SendError> {
    struct Order(u32);

    signal! {
        order_paid(order: &Order);
    }

    #[receiver(order_paid)]
    fn book(order: &Order) {
        assert_eq!(order.0, 1);
    }

    Ok(order_paid.send(OrderPaid { order: &Order(1) })?.count())
}

// The same names once more.
fn counted_again() -> Result<usize, SendError> {
    struct Order(&'static str);

    signal! {
        order_paid(order: &Order);
    }

    #[receiver(order_paid)]
    fn book(order: &Order) {
        assert_eq!(order.0, "a");
    }

    {
        #[receiver(order_paid)]
        fn book(order: &Order) {
            assert_eq!(order.0, "a");
        }
    }

    Ok(order_paid.send(OrderPaid { order: &Order("a") })?.count())
}

fn of_models() -> Result<usize, SendError> {
    #[derive(Debug, Model)]
    struct User {
        id: u32,
    }

    signal! {
        saved<M: Model>(sender: M, instance: &M);
    }

    #[receiver(saved, sender = User, when = |instance: &User| instance.id == 3)]
    fn greet(instance: &User) {
        assert_eq!(instance.id, 3);
    }

    Ok(saved
        .send(Saved {
            instance: &User { id: 3 },
        })?
        .count())
}

struct Service;

impl Service {
    fn run() -> Result<usize, SendError> {
        signal! {
            started();
        }

        #[receiver(started)]
        fn log() {}

        Ok(started.send(Started)?.count())
    }
}

const IN_A_CONSTANT: fn() -> usize = || {
    signal! {
        asked() -> u32;
    }
    asked.receivers().len()
};

fn main() -> Result<(), SendError> {
    assert_eq!(counted()?, 1);
    assert_eq!(counted_again()?, 2);
    assert_eq!(of_models()?, 1);
    assert_eq!(Service::run()?, 1);
    assert_eq!(IN_A_CONSTANT(), 0);
    Ok(())
}
